/** What is checked: what treasuries sign, on estates of real contracts, and the seizure of Bybit's wallet. */
import { readFile } from 'node:fs/promises';
import {
  type Address,
  encodeFunctionData,
  type Hex,
  parseAbi,
  serializeTransaction,
  zeroHash,
} from 'viem';
import { rebuild } from '../../incidents/bybit-2025-02/rebuild.ts';
import { parseTypedData } from '../../src/chains/evm/requests/messages.ts';
import type { SigningRequest } from '../../src/chains/evm/requests/request.ts';
import { parseRawTransaction } from '../../src/chains/evm/requests/transaction.ts';
import { parseProposal } from '../../src/chains/evm/safe/exports.ts';
import { type Organisation, parseOrganisation } from '../../src/org/org.ts';
import { account } from '../../test/support/accounts.ts';
import { compile } from '../../test/support/compile.ts';
import { type LocalChain, startLocalChain } from '../../test/support/local-chain.ts';
import { multiSend } from '../../test/support/multisend.ts';
import { deployCompiled } from '../../test/support/openzeppelin.ts';
import { safeCode } from '../../test/support/safe-contracts.ts';
import { ETHER, SAFE, safeAccounts } from '../../test/support/safes.ts';
import { SIGNER, typedData } from '../../test/support/signing.ts';
import { tokenOf } from '../../test/support/tokens.ts';
import { buildEstate, type Group } from '../map/estate.ts';

export interface Case {
  readonly name: string;
  readonly chain: LocalChain;
  readonly organisation: Organisation;
  readonly request: SigningRequest;
  /** The same for the command line: castellan.yaml, the options, and what is on standard input. */
  readonly declared: string;
  readonly args: readonly string[];
  readonly document: string;
}

/** A request, and how the command line is given it. */
type Asked = Pick<Case, 'request' | 'args' | 'document'>;

const [PAYEE, SPENDER, STRANGER, MULTISEND, COIN] = [
  account(0xaa),
  account(0x5be4d),
  account(0xbad),
  account(0x35),
  account(0xc014),
];
/** Ten of the groups of ten of `bench:map`. */
const ESTATE = 100;
const DAY = 86_400n;

const abi = parseAbi([
  'function transfer(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function transferOwnership(address to)',
  'function upgradeAndCall(address proxy, address implementation, bytes data)',
  'function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
]);

/** Starts the chains that the cases are on. */
export async function startCases(): Promise<readonly Case[]> {
  return [...(await bybit(await rebuild())), ...(await treasury(await startLocalChain()))];
}

async function bybit(chain: LocalChain): Promise<readonly Case[]> {
  const folder = 'incidents/bybit-2025-02';
  const declared = await readFile(`${folder}/castellan.yaml`, 'utf8');
  const proposed = async (name: string, file: string): Promise<Case> => {
    const document: object = JSON.parse(await readFile(`${folder}/${file}.json`, 'utf8'));
    return caseOf(name, chain, declared, safeTransaction(document));
  };
  return [
    await proposed("Bybit's seizure", 'malicious'),
    await proposed("Bybit's plain payment", 'transfer'),
  ];
}

const caseOf = (name: string, chain: LocalChain, declared: string, asked: Asked): Case => ({
  ...{ name, chain, declared, ...asked },
  organisation: parseOrganisation('bench', declared),
});

async function treasury(chain: LocalChain): Promise<readonly Case[]> {
  const estate = await buildEstate(chain, ESTATE);
  const [group] = estate;
  if (group === undefined) throw new Error('the estate is empty');
  const permitToken = await deployCompiled(chain, SIGNER, compile('Coin', PERMIT_COIN), []);
  await chain.set({
    ...(await safeAccounts('1.4.1')),
    [MULTISEND]: { code: await safeCode('MultiSend 1.3.0') },
    [COIN]: await tokenOf({ [SAFE]: 1_000n * ETHER, [SIGNER]: ETHER }),
    [SIGNER]: { balance: ETHER },
  });
  const [safe, key, one, whole] = [
    declaring([SAFE]),
    declaring([SIGNER]),
    declaring(group.proxies.slice(0, 1)),
    declaring(estate.flatMap(({ tokens }) => tokens)),
  ];
  const on = (name: string, declared: string, asked: Asked): Case =>
    caseOf(name, chain, declared, asked);
  return [
    on(
      'two ERC-20 payments by MultiSend',
      safe,
      bySafe(SAFE, MULTISEND, multiSend(pay(1n), pay(2n)), 1),
    ),
    on('approve', safe, bySafe(SAFE, COIN, encode('approve', [SPENDER, 5n]))),
    on('permit', key, permitBy(SIGNER, permitToken)),
    on('payment by a key, EIP-1559', key, await paymentBy(SIGNER)),
    on('schedule, 1 position', one, scheduledUpgrade(group)),
    on('transferOwnership, 1 position', one, handOver(group)),
    on('schedule, 50 positions', whole, scheduledUpgrade(group)),
    on('transferOwnership, 50 positions', whole, handOver(group)),
  ];
}

const pay = (amount: bigint) => ({ to: COIN, data: encode('transfer', [PAYEE, amount]) });

const bySafe = (safe: Address, to: Address, data: Hex, operation = 0): Asked =>
  safeTransaction({ safe, to, value: '0', data, operation, nonce: 0 });

const safeTransaction = (document: object): Asked => ({
  request: { kind: 'safe', proposal: parseProposal('bench', document) },
  args: ['--safe-tx', '-'],
  document: JSON.stringify(document),
});

function permitBy(owner: Address, token: Address): Asked {
  const document = typedData({
    types: { Permit: 'address owner,address spender,uint256 value,uint256 nonce,uint256 deadline' },
    domain: { name: 'Coin', version: '1', chainId: 1, verifyingContract: token },
    message: { owner, spender: SPENDER, value: 7n, nonce: 0n, deadline: 2_000_000_000n },
  });
  return {
    request: parseTypedData('bench', document, { signer: owner }),
    args: ['--typed-data', '-', '--from', owner],
    document: JSON.stringify(document),
  };
}

async function paymentBy(from: Address): Promise<Asked> {
  const document = serializeTransaction({
    ...{ type: 'eip1559', chainId: 1, nonce: 0, to: PAYEE, value: 1n, gas: 21_000n },
    ...{ maxFeePerGas: 1n, maxPriorityFeePerGas: 1n },
  });
  const transaction = await parseRawTransaction('bench', document, { from });
  return {
    request: { kind: 'transaction', transaction },
    args: ['--tx', '-', '--from', from],
    document,
  };
}

/** The operations Safe proposes an upgrade to its timelock. */
function scheduledUpgrade({ operations, timelock, proxyAdmin, proxies }: Group): Asked {
  const [proxy = operations] = proxies;
  const upgrade = encode('upgradeAndCall', [proxy, COIN, '0x']);
  const call = [proxyAdmin, 0n, upgrade, zeroHash, zeroHash, 2n * DAY] as const;
  return bySafe(operations, timelock, encode('schedule', call));
}

/** The operations Safe gives an upgradeable token away. */
function handOver({ operations, proxies }: Group): Asked {
  const [proxy = operations] = proxies;
  return bySafe(operations, proxy, encode('transferOwnership', [STRANGER]));
}

const encode = (functionName: (typeof abi)[number]['name'], args: readonly unknown[]): Hex =>
  encodeFunctionData({ abi, functionName, args } as never);

/** A castellan.yaml: JSON is YAML. */
const declaring = (accounts: readonly Address[]): string =>
  JSON.stringify({
    positions: accounts.map((each) => ({ account: `eip155:1:${each}`, name: each })),
    payees: [{ account: `eip155:1:${PAYEE}`, name: 'Payee' }],
    assets: [{ asset: `eip155:1/erc20:${COIN}`, symbol: 'COIN', decimals: 18 }],
  });

const PERMIT_COIN = `
import "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
contract Coin is ERC20, ERC20Permit {
  constructor() ERC20("Coin", "COIN") ERC20Permit("Coin") { _mint(msg.sender, 1e18); }
}`;
