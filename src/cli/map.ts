import { address } from '../chains/evm/values.ts';
import { UsageError } from '../errors.ts';
import { type PowerDocument, toPowerDocument } from '../map/document.ts';
import { powerDot } from '../map/dot.ts';
import { mapPower, positionsOn } from '../map/map.ts';
import { powerMarkdown } from '../map/markdown.ts';
import { powerMef } from '../map/mef.ts';
import { powerOpenGraph } from '../map/opengraph.ts';
import { powerSvg } from '../map/svg.ts';
import { type StateOptions, withInputs } from './inputs.ts';
import { type Formats, type OutputOptions, write, writerFor } from './output.ts';
import { powerText } from './power-text.ts';

const FORMATS: Formats<PowerDocument> = {
  text: powerText,
  md: powerMarkdown,
  dot: powerDot,
  svg: powerSvg,
  mef: powerMef,
  opengraph: powerOpenGraph,
};

/** Bits of the exit code. */
const FINDINGS = 1;
const INCOMPLETE = 2;

export interface MapOptions extends StateOptions, OutputOptions {}

/** `castellan map`: returns the exit code. */
export async function map(named: readonly string[], options: MapOptions): Promise<number> {
  const accounts = named.map((text) => {
    const parsed = address.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new UsageError(`${text}: ${parsed.error.issues[0]?.message ?? 'not an address'}`);
  });
  // A wrong format is said before a long read, not after it.
  writerFor(options, FORMATS);
  const document = await withInputs(options, accounts, async ({ node, state, organisation }) => {
    const positions = accounts.length > 0 ? accounts : positionsOn(state.chainId, organisation);
    if (positions.length === 0) {
      throw new UsageError(
        `name an account, or list positions of chain ${state.chainId} in castellan.yaml`,
      );
    }
    const power = await mapPower(state, [...new Set(positions)], organisation);
    return toPowerDocument(node.source, state, power, node);
  });
  await write(options, document, FORMATS);
  return (
    (document.findings.length > 0 || document.disagreements.length > 0 ? FINDINGS : 0) |
    (isComplete(document) ? 0 : INCOMPLETE)
  );
}

const isComplete = ({ unread, positions }: PowerDocument): boolean =>
  unread.length === 0 &&
  positions.every(({ coalitions }) => coalitions.complete) &&
  positions.every(({ holdings }) => holdings.every((held) => held.unread === null));
