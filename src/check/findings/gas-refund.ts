/** The Safe pays whoever executes, or whom they name: a payment beside what the transaction does. */
import { zeroAddress } from 'viem';
import { short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const gasRefund: Finding = {
  id: 'gas-refund',
  severity: 'medium',
  decision: 'HOLD',
  about: 'request',
  find: ({ safe }) => {
    if (safe === null || safe.proposal.transaction.gasPrice === 0n) return [];
    const { gasPrice, gasToken, refundReceiver, baseGas } = safe.proposal.transaction;
    const receiver = refundReceiver === zeroAddress ? 'whoever executes it' : short(refundReceiver);
    const token = gasToken === zeroAddress ? 'ether' : short(gasToken);
    return [
      {
        title: 'a gas refund is paid',
        sentence: `It refunds gas to ${receiver} in ${token}.`,
        detail: `The Safe pays up to ${gasPrice} base units of ${token} for each unit of gas used, and for ${baseGas} more. A refund in ether does not show in a simulation, which runs at a gas price of zero. Ordinary transactions have a gasPrice of 0.`,
        toSign: 'The same transaction with a gasPrice of 0.',
        evidence: [
          { read: 'gasPrice', value: String(gasPrice) },
          { read: 'baseGas', value: String(baseGas) },
          { read: 'gasToken', value: gasToken },
          { read: 'refundReceiver', value: refundReceiver },
        ],
      },
    ];
  },
};
