/** Every finding, in the order in which a person should hear of them. */
import type { Finding } from '../facts.ts';
import { approval } from './approval.ts';
import { codeChanges } from './code-changes.ts';
import { controlChanges } from './control-changes.ts';
import { controlPasses } from './control-passes.ts';
import { delegation } from './delegation.ts';
import { draft } from './draft.ts';
import { executionFails } from './execution-fails.ts';
import { fewCheckers } from './few-checkers.ts';
import { foreignCode } from './foreign-code.ts';
import { gasRefund } from './gas-refund.ts';
import { hashMismatch } from './hash-mismatch.ts';
import { lookAlike } from './look-alike.ts';
import { nonceMismatch } from './nonce-mismatch.ts';
import { offChainGift } from './off-chain-gift.ts';
import { offChainTrade } from './off-chain-trade.ts';
import { oneWay } from './one-way.ts';
import { overLimit } from './over-limit.ts';
import { replayable } from './replayable.ts';
import { signatureMismatch } from './signature-mismatch.ts';
import { signatureUnverified } from './signature-unverified.ts';
import { silentChange } from './silent-change.ts';
import { unexplainedWrite } from './unexplained-write.ts';
import { unknownCall } from './unknown-call.ts';
import { unknownMessage } from './unknown-message.ts';
import { unknownPayee } from './unknown-payee.ts';
import { unread } from './unread.ts';
import { unsignedFields } from './unsigned-fields.ts';
import { youngCode } from './young-code.ts';

export const findings: readonly Finding[] = [
  controlPasses,
  signatureMismatch,
  hashMismatch,
  lookAlike,
  offChainGift,
  silentChange,
  controlChanges,
  codeChanges,
  unexplainedWrite,
  unread,
  foreignCode,
  delegation,
  approval,
  executionFails,
  unknownMessage,
  unsignedFields,
  offChainTrade,
  nonceMismatch,
  signatureUnverified,
  unknownCall,
  unknownPayee,
  oneWay,
  overLimit,
  gasRefund,
  youngCode,
  fewCheckers,
  replayable,
  draft,
];
