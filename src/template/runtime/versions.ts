/** Comparison of versions: Ansible's test `version`. */
import { TemplateFault } from '../fault.js';

export interface VersionOptions {
  readonly operator: string;
  readonly type: string;
}

const operators: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  '==': (order) => order === 0,
  '=': (order) => order === 0,
  ne: (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<>': (order) => order !== 0,
  lt: (order) => order < 0,
  '<': (order) => order < 0,
  le: (order) => order <= 0,
  '<=': (order) => order <= 0,
  gt: (order) => order > 0,
  '>': (order) => order > 0,
  ge: (order) => order >= 0,
  '>=': (order) => order >= 0,
};

type Part = number | string;

function failed(detail: string, hint?: string): TemplateFault {
  return new TemplateFault('TEMPLATE_FILTER_FAILED', detail, hint);
}

/** distutils' LooseVersion: numbers and words. */
function loose(version: string): Part[] {
  return (version.match(/\d+|[a-z]+|[^\da-z.]+/g) ?? []).map((part) =>
    /^\d+$/.test(part) ? Number(part) : part,
  );
}

function compareLoose(a: string, b: string): number {
  const left = loose(a);
  const right = loose(b);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [x, y] = [left[index] ?? 0, right[index] ?? 0];
    if (typeof x !== typeof y) {
      throw failed(
        `The versions "${a}" and "${b}" cannot be compared: one has a number where the other has a word.`,
        "Write: version_type='semver', or remove the word with regex_replace.",
      );
    }
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/;

function compareSemantic(a: string, b: string): number {
  const parse = (version: string): RegExpExecArray => {
    const found = semver.exec(version);
    if (found === null) throw failed(`"${version}" is not a semantic version.`);
    return found;
  };
  const [left, right] = [parse(a), parse(b)];
  for (let index = 1; index <= 3; index += 1) {
    const difference = Number(left[index]) - Number(right[index]);
    if (difference !== 0) return difference;
  }
  return comparePrerelease(left[4], right[4]);
}

function comparePrerelease(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(b !== undefined) - Number(a !== undefined);
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [x = '', y = ''] = [left[index], right[index]];
    if (x === y) continue;
    const [isX, isY] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isX && isY) return Number(x) - Number(y);
    if (isX !== isY) return isX ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}

/** distutils' StrictVersion: 1.2, 1.2.3, 1.2a1. */
function compareStrict(a: string, b: string): number {
  const parse = (version: string): readonly [number[], string, number] => {
    const found = /^(\d+)\.(\d+)(?:\.(\d+))?(?:([ab])(\d+))?$/.exec(version);
    if (found === null) throw failed(`"${version}" is not a strict version.`);
    const [, major, minor, patch = '0', letter = 'z', number = '0'] = found;
    return [[Number(major), Number(minor), Number(patch)], letter, Number(number)];
  };
  const [left, right] = [parse(a), parse(b)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[0][index] ?? 0) - (right[0][index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left[1] === right[1] ? left[2] - right[2] : left[1] < right[1] ? -1 : 1;
}

export function compareVersions(a: string, b: string, { operator, type }: VersionOptions): boolean {
  if (a === '' || b === '') throw failed('A version cannot be empty.');
  const test = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (test === undefined)
    throw failed(
      `"${operator}" is not an operator of versions.`,
      `It is one of: ${Object.keys(operators).join(', ')}.`,
    );
  switch (type) {
    case 'loose':
      return test(compareLoose(a, b));
    case 'strict':
      return test(compareStrict(a, b));
    case 'semver':
    case 'semantic':
      return test(compareSemantic(a, b));
    default:
      throw failed(`"${type}" is not a version_type here.`, 'It is one of: loose, strict, semver, semantic.');
  }
}
