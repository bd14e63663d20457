/** Every finding, in the order in which a person should hear of them. */
import type { Finding } from '../facts.ts';
import { codeChanges } from './code-changes.ts';
import { controlChanges } from './control-changes.ts';
import { controlPasses } from './control-passes.ts';
import { executionFails } from './execution-fails.ts';
import { foreignCode } from './foreign-code.ts';
import { gasRefund } from './gas-refund.ts';
import { hashMismatch } from './hash-mismatch.ts';
import { nonceMismatch } from './nonce-mismatch.ts';
import { overLimit } from './over-limit.ts';
import { signatureMismatch } from './signature-mismatch.ts';
import { signatureUnverified } from './signature-unverified.ts';
import { silentChange } from './silent-change.ts';
import { unknownCall } from './unknown-call.ts';
import { unknownPayee } from './unknown-payee.ts';
import { unread } from './unread.ts';

export const findings: readonly Finding[] = [
  controlPasses,
  signatureMismatch,
  hashMismatch,
  silentChange,
  controlChanges,
  codeChanges,
  unread,
  foreignCode,
  executionFails,
  nonceMismatch,
  signatureUnverified,
  unknownCall,
  unknownPayee,
  overLimit,
  gasRefund,
];
