/** States for tests that read little, without a chain. */
import { zeroHash } from 'viem';
import type { State } from '../../src/chains/evm/state.ts';

const unused = () => Promise.reject(new Error('not read in this test'));

/** A state that answers only the reads that are given. */
export const stateOfReads = (reads: Partial<State>): State => ({
  chainId: 1,
  block: { number: 1n, hash: zeroHash, stateRoot: null, timestamp: 0 },
  storage: unused,
  code: unused,
  balance: unused,
  call: unused,
  logs: unused,
  ...reads,
});
