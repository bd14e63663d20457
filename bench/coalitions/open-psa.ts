/**
 * Fault trees of the Open-PSA Model Exchange Format as rules: a gate is a power, a basic event a key. Only
 * coherent trees: with `not` or `xor`, more keys could mean less power.
 *
 * @see https://open-psa.github.io/mef/mef/fault_tree_layer.html
 */
import type { Element as XmlElement } from '@xmldom/xmldom';
import { InputError, reasonOf } from '../../src/errors.ts';
import {
  act,
  all,
  anyOf,
  atLeast,
  given,
  leaf,
  type Node,
  type Requirement,
  type Rule,
} from '../../src/power/model.ts';
import { parseXml } from '../../test/support/fault-trees.ts';

/** The trees of one model. */
export interface FaultTrees {
  readonly rules: readonly Rule[];
  /** The gates that no other names, by name. */
  readonly tops: ReadonlyMap<string, Node>;
  readonly gates: number;
  readonly basicEvents: number;
}

const MAX_LENGTH = 64 << 20;
const ELEMENT = 1;
/** Formulas within formulas, and components within components. */
const MAX_DEPTH = 64;

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
}

type Meaning = 'gate' | 'basic event' | boolean;

/**
 * The fault trees of a model, whose parts may stand in several files.
 *
 * @param where what the files are called in errors.
 * @throws InputError it is no such model, or a tree is not coherent.
 */
export function parseFaultTrees(where: string, files: readonly string[]): FaultTrees {
  const refuse = (why: string): InputError => new InputError(where, why);
  const meanings = new Map<string, Meaning>();
  const formulas = new Map<string, Element>();

  const define = (element: Element, meaning: Meaning): string => {
    const name = nameOf(element);
    if (meanings.has(name)) throw refuse(`${name} is defined twice`);
    meanings.set(name, meaning);
    return name;
  };
  const nameOf = ({ tag, attributes }: Element): string => {
    if (attributes['role'] === 'private') throw refuse(`${tag} has a private name`);
    if (attributes['name'] === undefined) throw refuse(`${tag} has no name`);
    return attributes['name'];
  };

  function read({ tag, children }: Element, depth: number): void {
    if (depth > MAX_DEPTH) throw refuse('components are nested too deeply');
    for (const element of children) {
      switch (element.tag) {
        case 'define-fault-tree':
        case 'define-component':
        case 'model-data':
          read(element, depth + 1);
          break;
        case 'define-gate': {
          const [formula, ...others] = element.children.filter(isMeant);
          if (formula === undefined || others.length > 0) throw refuse('a gate is one formula');
          formulas.set(define(element, 'gate'), formula);
          break;
        }
        case 'define-basic-event':
          define(element, 'basic event');
          break;
        case 'define-house-event': {
          const constant = element.children.find((child) => child.tag === 'constant');
          define(element, constant?.attributes['value'] === 'true');
          break;
        }
        case 'define-parameter':
        case 'label':
        case 'attributes':
          break;
        default:
          throw refuse(`${element.tag} in ${tag} is not known`);
      }
    }
  }

  const named = new Set<string>();
  function requirement(element: Element, depth = 0): Requirement {
    const { tag, attributes, children } = element;
    if (depth > MAX_DEPTH) throw refuse('a formula is nested too deeply');
    const parts = (): readonly Requirement[] =>
      children.filter(isMeant).map((child) => requirement(child, depth + 1));
    switch (tag) {
      case 'and':
        return all(...parts());
      case 'or':
        return anyOf(...parts());
      case 'atleast': {
        const names = children.map((child) => child.attributes['name']);
        if (new Set(names).size < names.length) throw refuse('atleast names something twice');
        const count = Number(attributes['min']);
        if (!Number.isSafeInteger(count) || count < 1) throw refuse('atleast needs a min');
        return atLeast(count, parts());
      }
      case 'gate':
      case 'basic-event':
      case 'house-event':
      case 'event': {
        const name = nameOf(element);
        const meaning = meanings.get(name);
        if (meaning === undefined) throw refuse(`${name} is not defined`);
        named.add(name);
        if (meaning === 'gate') return act(name);
        if (meaning === 'basic event') return leaf('key', name);
        return meaning ? given(name) : anyOf();
      }
      case 'constant':
        return attributes['value'] === 'true' ? given('constant') : anyOf();
      case 'not':
      case 'xor':
      case 'nand':
      case 'nor':
      case 'iff':
      case 'imply':
      case 'cardinality':
        throw refuse(`not coherent: ${tag}`);
      default:
        throw refuse(`${tag} in a formula is not known`);
    }
  }

  for (const text of files) {
    for (const element of elementsOf(text, refuse)) {
      if (element.tag !== 'opsa-mef') throw refuse(`not an opsa-mef but a ${element.tag}`);
      read(element, 0);
    }
  }
  const rules = [...formulas].map(
    ([name, formula]): Rule => ({
      grants: act(name),
      requires: requirement(formula),
      reader: 'open-psa',
      evidence: [],
    }),
  );
  if (rules.length === 0) throw refuse('it has no fault tree');
  const tops = [...formulas.keys()].filter((name) => !named.has(name));
  return {
    rules,
    tops: new Map(tops.map((name) => [name, act(name)])),
    gates: rules.length,
    basicEvents: [...named].filter((name) => meanings.get(name) === 'basic event').length,
  };
}

const isMeant = ({ tag }: Element): boolean => tag !== 'label' && tag !== 'attributes';

function elementsOf(text: string, refuse: (why: string) => InputError): readonly Element[] {
  if (text.length > MAX_LENGTH) throw refuse('too long');
  if (text.includes('<!ENTITY')) throw refuse('it defines entities');
  try {
    return [elementOf(parseXml(text))];
  } catch (error) {
    throw refuse(`not XML: ${reasonOf(error)}`);
  }
}

const elementOf = (of: XmlElement): Element => ({
  tag: of.tagName,
  attributes: Object.fromEntries([...of.attributes].map(({ name, value }) => [name, value])),
  children: [...of.childNodes]
    .filter((node): node is XmlElement => node.nodeType === ELEMENT)
    .map(elementOf),
});
