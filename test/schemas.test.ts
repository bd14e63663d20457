import { readdir, readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { schemas } from '../src/schemas.ts';
import { incident } from './support/incident.ts';

describe.each(Object.keys(schemas))('%s', (name) => {
  test('is published as it is in the code: npm run schemas', async () => {
    expect(JSON.parse(await readFile(`schemas/${name}.json`, 'utf8'))).toEqual(schemas[name]);
  });
});

test('no schema is published that the code does not know', async () => {
  expect((await readdir('schemas')).sort()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

describe('a verdict', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(schemas['verdict'] as object);

  test('satisfies its schema', async () => {
    const verdict = await incident('bybit-2025-02').verdict('malicious');
    expect(validate(verdict), ajv.errorsText(validate.errors)).toBe(true);
  });

  test('of another shape does not', async () => {
    const verdict = await incident('bybit-2025-02').verdict('malicious');
    expect(validate({ ...verdict, decision: 'MAYBE' })).toBe(false);
    expect(validate({ ...verdict, extra: 1 })).toBe(false);
    expect(validate({ ...verdict, power: { ...verdict.power, gained: undefined } })).toBe(false);
  });
});
