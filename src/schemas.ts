/** The published JSON Schemas, by the name of their document. */
import { z } from 'zod';
import { attestationDocument, comparisonDocument } from './check/attestation.ts';
import { verdictDocument } from './check/verdict.ts';
import { powerDocument } from './map/document.ts';
import { organisationFile } from './org/org.ts';

export const schemas: Readonly<Record<string, unknown>> = {
  org: z.toJSONSchema(organisationFile, { io: 'input' }),
  attestation: z.toJSONSchema(attestationDocument),
  comparison: z.toJSONSchema(comparisonDocument),
  power: z.toJSONSchema(powerDocument),
  verdict: z.toJSONSchema(verdictDocument),
};
