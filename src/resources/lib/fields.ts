/** Field by field comparison of two states, for the kinds whose diff is not a text. */
import type { FieldChange, StateDiff } from '../resource.js';

export type Fields = Readonly<Record<string, string | undefined>>;

export function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

/** The fields that differ, in the order of `after`; undefined stands for "not there". */
export function fieldDiff(before: Fields, after: Fields): StateDiff {
  const fields: FieldChange[] = [];
  for (const field of new Set([...Object.keys(after), ...Object.keys(before)])) {
    if (before[field] !== after[field]) fields.push({ field, before: before[field], after: after[field] });
  }
  return { type: 'fields', fields };
}
