/** The transaction fails as it stands. Failures were used to collect signatures (Radiant, WazirX). */
import type { Finding } from '../facts.ts';

export const executionFails: Finding = {
  id: 'execution-fails',
  severity: 'high',
  decision: 'HOLD',
  about: 'effects',
  find: ({ outcome }) => {
    if (!outcome.simulated || (outcome.simulation.succeeded && outcome.executes)) return [];
    const { reason, method } = outcome.simulation;
    return [
      {
        title: 'the transaction fails',
        sentence: 'The transaction fails when it is executed.',
        detail:
          'Do not sign again because a first try failed: at Radiant and at WazirX failures were how the signatures for another transaction were collected. Find out why it fails.',
        toSign: 'A transaction that succeeds in the simulation.',
        evidence: [{ read: method, value: reason ?? 'the call inside the Safe transaction fails' }],
      },
    ];
  },
};
