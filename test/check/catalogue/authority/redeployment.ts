/**
 * An address that holds power and has no code, until somebody puts code there.
 *
 * @see https://eips.ethereum.org/EIPS/eip-1014
 * @see https://github.com/Arachnid/deterministic-deployment-proxy
 */
import {
  type Address,
  concat,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  parseAbi,
  zeroHash,
} from 'viem';
import { type AuthorityGroup, by, type Call, delegating, ETHER, pay } from '../catalogue.ts';
import { backdoor, deploySafeContract, PEOPLE, wallet } from '../wallets.ts';

/** It deploys what it is given, at an address that follows from that. */
const DEPLOYMENT_PROXY: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
const PROXY_CODE: Hex =
  '0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3';
const OTHER_SALT: Hex = `0x${'00'.repeat(31)}01`;

let bytecode: Hex = '0x';

const deploying = (salt: Hex): Call => ({
  to: 'Deployer',
  value: 0n,
  data: () => concat([salt, bytecode]),
});
const abi = parseAbi(['function performCreate2(uint256 value, bytes code, bytes32 salt)']);
const creating = (salt: Hex): Call => ({
  to: 'CreateCall',
  value: 0n,
  data: () =>
    encodeFunctionData({ abi, functionName: 'performCreate2', args: [0n, bytecode, salt] }),
});

export const redeployment: AuthorityGroup = {
  title: 'code for an address that holds power',
  payees: ['Payee'],
  contracts: [{ name: 'Deployer' }],
  build: async (on) => {
    const { alice, bob, mallory } = on.keys(PEOPLE);
    ({ bytecode } = backdoor(mallory));
    await on.chain.set({ [DEPLOYMENT_PROXY]: { code: PROXY_CODE } });
    on.name('Deployer', DEPLOYMENT_PROXY);
    const create2 = (from: Address): Address =>
      getContractAddress({ opcode: 'CREATE2', from, salt: zeroHash, bytecode });
    const planned = on.name('Planned', create2(DEPLOYMENT_PROXY));
    await wallet(on, 'Moduled', '1.4.1', { modules: [planned] });
    await wallet(on, 'Owned', '1.3.0', { owners: [alice, bob, planned], threshold: 2 });
    const at = on.reserve('Creator');
    await wallet(on, 'Creator', '1.5.0', { at, modules: [on.name('Own', create2(at))] });
    await deploySafeContract(on, 'CreateCall', 'CreateCall 1.4.1');
  },
  changes: [
    {
      name: 'code of a stranger, where a module has none',
      request: by('Moduled', deploying(zeroHash)),
      decision: 'REJECT',
      gains: ['take Moduled: mallory'],
      lookAlike: {
        name: 'the same code elsewhere',
        request: by('Moduled', deploying(OTHER_SALT)),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, where an owner has none',
      request: by('Owned', deploying(zeroHash)),
      decision: 'HOLD',
      gains: ['take Owned: mallory + 1 of [alice, bob]'],
      lookAlike: {
        name: 'the same code elsewhere, and a payment',
        request: by('Owned', deploying(OTHER_SALT), pay('Payee', ETHER)),
        decision: 'SIGN',
      },
    },
    {
      name: 'code of a stranger, where a module has none, by the library of Safe',
      request: delegating('Creator', creating(zeroHash)),
      decision: 'REJECT',
      gains: ['take Creator: mallory'],
      lookAlike: {
        name: 'the same code elsewhere, by the same',
        request: delegating('Creator', creating(OTHER_SALT)),
        decision: 'HOLD',
      },
    },
  ],
};
