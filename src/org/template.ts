/** What `castellan org init` writes: a file that declares nothing yet, and shows how to. */
export const TEMPLATE = `# What castellan may know of your organisation. Delete what you do not need: all of it is optional.
# Accounts are written eip155:CHAIN:0xADDRESS. Check this file with: castellan org validate
# For completion in an editor: castellan schema org > castellan.schema.json, and keep this line:
# yaml-language-server: $schema=castellan.schema.json

# Accounts whose assets you guard. castellan map takes these where you name no account.
positions: []
#  - account: eip155:1:0x1111111111111111111111111111111111111111
#    name: Treasury

# Your other accounts, so that they are called by their names.
accounts: []
#  - account: eip155:1:0x2222222222222222222222222222222222222222
#    name: Upgrade timelock

# Accounts that you pay. castellan check does not hold payments to them, up to their limits.
payees: []
#  - account: eip155:1:0x3333333333333333333333333333333333333333
#    name: Exchange deposit
#    limits: # the most in one transaction, of assets that are listed below
#      - asset: eip155:1/slip44:60
#        amount: 500

# Contracts that you use. castellan check does not hold calls to them, nor allowances up to these.
contracts: []
#  - account: eip155:1:0x6666666666666666666666666666666666666666
#    name: Lending pool
#    functions: # without these: all but those that hand on authority
#      - supply(address,uint256,address,uint16)
#      - withdraw(address,uint256,address)
#    allowances: # an amount in whole units, or unlimited
#      - asset: eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48
#        amount: 1000000

# Who keeps the keys. Whoever has the person has their devices and keys.
people: []
#  - id: alice
#    name: Alice Example

# What keeps the keys.
devices: []
#  - id: alice-ledger
#    kind: hardware wallet
#    person: alice
#    vendors: [ledger]

# Those outside whom your keys and devices trust: whoever has one of them has all that trusts it.
vendors: []
#  - id: safe-web
#    name: Safe web app
#    provides: signing screen
#  - id: ledger
#    name: Ledger
#    provides: firmware

# Private keys by their address, the same on every chain.
keys: []
#  - address: "0x4444444444444444444444444444444444444444"
#    device: alice-ledger
#    vendors: [safe-web]
#  - address: "0x5555555555555555555555555555555555555555"
#    person: alice

# What is counted, and what it is worth: by a price of yours, or by a Chainlink feed on the same chain.
assets: []
#  - asset: eip155:1/slip44:60
#    symbol: ETH
#    decimals: 18
#    feed: eip155:1:0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419
#  - asset: eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48
#    symbol: USDC
#    decimals: 6
#    price: {usd: "1.00"}

# What decides beside that: how many people must have checked, and found the same, before anyone signs;
# and changes of power that are expected, which castellan check does not hold.
policy: {}
#  checkers: 2
#  changes:
#    - account: eip155:1:0x1111111111111111111111111111111111111111
#      holders: [eip155:1:0x2222222222222222222222222222222222222222] # who may gain power over it
#      fewest: 1 # no fewer may take it afterwards
#      soonest: 172800 # nor sooner than in so many seconds
`;
