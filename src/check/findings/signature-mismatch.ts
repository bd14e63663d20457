/** A signature was not made for this transaction by an owner: what was signed is something else. */

import { count, list, short } from '../../words.ts';
import type { Finding } from '../facts.ts';

export const signatureMismatch: Finding = {
  id: 'signature-mismatch',
  severity: 'critical',
  decision: 'REJECT',
  about: 'request',
  find: ({ safe }) => {
    const signatures = safe?.signatures ?? [];
    const bad = signatures.filter(({ counts }) => counts === 'no');
    if (bad.length === 0) return [];
    const signers = bad.map(({ signer, kind }) => {
      if (signer === null) return 'no address at all';
      return kind === 'contract' ? `${short(signer)} (which does not accept it)` : short(signer);
    });
    const none = bad.length === signatures.length;
    const which =
      signatures.length === 1
        ? 'The only signature collected is not'
        : none
          ? `None of the ${count(bad.length, 'signature')} collected is`
          : `${bad.length} of the ${count(signatures.length, 'signature')} collected ${bad.length === 1 ? 'is' : 'are'} not`;
    return [
      {
        title: `${count(bad.length, 'signature')} not by an owner`,
        sentence: `${which} by an owner: for this transaction ${bad.length === 1 ? 'it recovers' : 'they recover'} to ${list(signers)}.`,
        detail:
          'A signature recovers to its signer only for the bytes that were signed. These were made for something else, or by someone else: a signing screen may be lying. Ask each signer for the hash that their device showed.',
        toSign: 'Signatures by owners, made for exactly this transaction.',
        evidence: bad.map(({ signature, signer }) => ({
          read: `signer by signature ${signature}`,
          value: signer ?? 'none',
        })),
      },
    ];
  },
};
