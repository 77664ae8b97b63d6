/** Values that must not be shown anywhere: passwords that rtprov was given, and results of no_log tasks. */
import { isMapping, Unknown, type Value } from '../values/value.js';

export const masked = '********';

export class Secrets {
  private readonly values = new Set<string>();

  /** Very short values are not masked in texts: they would blot out half of every line. */
  add(value: string): void {
    if (value.length >= 4) this.values.add(value);
  }

  text(text: string): string {
    let out = text;
    for (const value of this.values) out = out.replaceAll(value, masked);
    return out;
  }

  value(value: Value): Value {
    if (this.values.size === 0) return value;
    if (typeof value === 'string') return this.text(value);
    if (value instanceof Unknown || value === null || typeof value !== 'object') return value;
    if (isMapping(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.value(item)]));
    return value.map((item) => this.value(item));
  }

  /** Any plain JSON, for diffs and events. */
  json<T>(data: T): T {
    if (this.values.size === 0) return data;
    return this.value(data as unknown as Value) as unknown as T;
  }
}
