/** What is asked for, as calls. */
import { zeroAddress } from 'viem';
import type { AccountTransaction, SigningRequest } from '../chains/evm/requests/request.ts';
import type { MadeCall, Message } from '../chains/evm/simulation.ts';
import type { Proposed } from './facts.ts';

/** A call that is asked for. */
export type Order = MadeCall & { readonly kind: 'call' | 'delegatecall' | 'create' };

/** What a request itself says is to be called. */
export function ordersOf(request: Proposed): readonly Order[] {
  switch (request.kind) {
    case 'safe': {
      const { safe: from, to, data, value, operation: kind } = request.proposal.transaction;
      return [{ kind, from, to, data, value }];
    }
    case 'transaction':
      return transactionsIn(request).flatMap(({ from, ...call }) =>
        from === null ? [] : ordersIn({ from, ...call }),
      );
    case 'message':
      return request.message.permits.flatMap((each) =>
        each.kind === 'call' ? ordersIn(each.call) : [],
      );
  }
}

/** The transactions of a request, in the order in which they are made. */
export const transactionsIn = (
  request: SigningRequest & { readonly kind: 'transaction' },
): readonly AccountTransaction[] => [request.transaction, ...(request.then ?? [])];

/** A message as the call that it is. */
export const ordersIn = ({ from, to, data, value }: Message): readonly Order[] => [
  to === null
    ? { kind: 'create', from, to: zeroAddress, data, value }
    : { kind: 'call', from, to, data, value },
];
