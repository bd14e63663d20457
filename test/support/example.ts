/** The example of the documentation: an organisation that thinks it takes two people, on a local chain. */
import { type Address, getAddress, keccak256, slice, toHex } from 'viem';
import { rpcNode } from '../../src/chains/evm/node.ts';
import { openState } from '../../src/chains/evm/state.ts';
import { type PowerDocument, toPowerDocument } from '../../src/map/document.ts';
import { mapPower, positionsOn } from '../../src/map/map.ts';
import { parseOrganisation } from '../../src/org/org.ts';
import { compile } from './compile.ts';
import { startLocalChain } from './local-chain.ts';
import { deployCompiled } from './openzeppelin.ts';
import { ETHER, safeAccounts } from './safes.ts';

/** An address that looks like one. */
const addressOf = (name: string): Address => getAddress(slice(keccak256(toHex(name)), 12));

const [TREASURY, COLD, HOT] = ['treasury', 'cold', 'hot'].map(addressOf) as [
  Address,
  Address,
  Address,
];
const [ALICE, ALICE_2, BOB, CAROL, DAN] = ['a', 'a2', 'b', 'c', 'd'].map(addressOf) as [
  Address,
  Address,
  Address,
  Address,
  Address,
];

const TOKEN = `
import "@openzeppelin/contracts/token/ERC20/ERC20.sol";
contract Dollar is ERC20("Dollar", "USDX") {
  constructor(address[] memory holders) {
    for (uint i = 0; i < holders.length; i++) _mint(holders[i], (i + 1) * 40000000e18);
  }
}`;

const organisationText = (token: Address): string => `
positions:
  - account: eip155:1:${TREASURY}
    name: Treasury
  - account: eip155:1:${COLD}
    name: Cold wallet
  - account: eip155:1:${HOT}
    name: Hot wallet
people:
  - {id: alice, name: Alice Example}
  - {id: bob, name: Bob Example}
devices:
  - {id: alice-ledger, kind: hardware wallet, person: alice}
  - {id: signer-1, kind: HSM, vendors: [cloud]}
vendors:
  - {id: cloud, name: Cloud HSM, provides: key custody}
keys:
  - {address: "${ALICE}", device: alice-ledger}
  - {address: "${ALICE_2}", person: alice}
  - {address: "${BOB}", person: bob}
  - {address: "${HOT}", device: signer-1}
assets:
  - {asset: "eip155:1/slip44:60", symbol: ETH, decimals: 18, price: {usd: "2500"}}
  - {asset: "eip155:1/erc20:${token}", symbol: USDX, decimals: 18, price: {usd: "1.00"}}
`;

/** The map of the example. */
export async function exampleMap(): Promise<PowerDocument> {
  const chain = await startLocalChain();
  try {
    const token = await deployCompiled(chain, DAN, compile('Dollar', TOKEN), [[TREASURY, COLD]]);
    const owners = [TREASURY, BOB, CAROL, DAN];
    const cold = await safeAccounts('1.4.1', { owners, threshold: 3 }, COLD);
    await chain.set({
      ...(await safeAccounts('1.4.1', { owners: [ALICE, ALICE_2, BOB], threshold: 2 }, TREASURY)),
      ...cold,
      [COLD]: { ...cold[COLD], balance: 32_000n * ETHER },
      [HOT]: { balance: 300n * ETHER },
    });
    const state = await openState(rpcNode(chain.url));
    const organisation = parseOrganisation('castellan.yaml', organisationText(token));
    const positions = positionsOn(state.chainId, organisation);
    const map = await mapPower(state, positions, organisation);
    return toPowerDocument('your-node.example', state, map);
  } finally {
    await chain.stop();
  }
}
