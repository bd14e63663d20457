/** The incidents that have a recording: how each is rebuilt, and which of its transactions are checked. */
import type { LocalChain } from '../test/support/local-chain.ts';
import { rebuild as bybit } from './bybit-2025-02/rebuild.ts';
import { rebuild as wazirx } from './wazirx-2024-07/rebuild.ts';

interface Recorded {
  readonly folder: string;
  readonly rebuild: () => Promise<LocalChain>;
  readonly transactions: readonly string[];
}

export const recorded: readonly Recorded[] = [
  {
    folder: 'bybit-2025-02',
    rebuild: bybit,
    transactions: ['malicious', 'shown', 'transfer'],
  },
  { folder: 'wazirx-2024-07', rebuild: wazirx, transactions: ['malicious', 'transfer'] },
];
