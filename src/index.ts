/** Castellan as a library. */

export { batched } from './chains/evm/batch.ts';
export type { CodeCache } from './chains/evm/code-cache.ts';
export { type Node, rpcNode } from './chains/evm/node.ts';
export {
  parseRecording,
  type Recording,
  recordedNode,
  recordingNode,
} from './chains/evm/recording.ts';
export { parseMessage, parseTypedData } from './chains/evm/requests/messages.ts';
export type {
  AccountTransaction,
  OffchainMessage,
  SigningRequest,
} from './chains/evm/requests/request.ts';
export { parseCall, parseCalls, parseRawTransaction } from './chains/evm/requests/transaction.ts';
export { parseProposal, parseSafeExport, type SafeExport } from './chains/evm/safe/exports.ts';
export type { Draft, Proposal } from './chains/evm/safe/transaction.ts';
export { openState, type State } from './chains/evm/state.ts';
export {
  type Attestation,
  attest,
  attestationDocument,
  type Comparison,
  compareAttestations,
  comparisonDocument,
  parseAttestation,
} from './check/attestation.ts';
export { gatherFacts } from './check/check.ts';
export type { CheckInput, Decision, Facts, Severity } from './check/facts.ts';
export { judge, type Verdict, verdictDocument } from './check/verdict.ts';
export {
  InputError,
  ReadError,
  UnreachableError,
  UnsupportedMethodError,
  UsageError,
} from './errors.ts';
export { type PowerDocument, powerDocument, toPowerDocument } from './map/document.ts';
export { powerDot } from './map/dot.ts';
export { mapPower, type PowerMap } from './map/map.ts';
export { powerMarkdown } from './map/markdown.ts';
export { powerSvg } from './map/svg.ts';
export { NO_ORGANISATION, type Organisation, parseOrganisation } from './org/org.ts';
export { type Advice, adviser } from './power/advice.ts';
export { analyse, diff, type PositionPower, type PowerChange } from './power/analysis.ts';
export {
  type Coalition,
  type Coalitions,
  coalitions,
  type Search,
  search,
} from './power/coalitions.ts';
export * from './power/model.ts';
export { earliest, explain } from './power/reach.ts';
export { schemas } from './schemas.ts';
