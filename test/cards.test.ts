import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readers } from '../src/chains/evm/readers/index.ts';
import { findings } from '../src/check/findings/index.ts';

const cards = async (folder: string) =>
  (await readdir(folder)).map((name) => name.replace(/\.md$/, '')).sort();

test('every finding has a card, and every card a finding', async () => {
  expect(await cards('docs/findings')).toEqual(findings.map(({ id }) => id).sort());
});

test('every reader has a card, and every card a reader', async () => {
  expect(await cards('docs/readers')).toEqual(readers.map(({ id }) => id).sort());
});

describe.each(findings)('the card of $id', ({ id, severity, decision }) => {
  test('says what an on-call engineer asks', async () => {
    const card = await readFile(`docs/findings/${id}.md`, 'utf8');
    expect(card).toContain(`# ${id}`);
    expect(card).toContain(`**${severity}**, at least **${decision}**`);
    for (const part of [
      'Detects',
      'Trigger',
      'Why it matters',
      'What to do',
      'Benign look-alikes',
    ]) {
      expect(card).toContain(`## ${part}`);
    }
  });
});

describe.each(readers)('the card of $id', ({ id, refuses }) => {
  test('lists the look-alikes that the reader refuses', async () => {
    const card = await readFile(`docs/readers/${id}.md`, 'utf8');
    for (const lookalike of refuses) expect(card.replace(/\s+/g, ' ')).toContain(lookalike);
  });
});
