/** Lookups as templates call them, in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DiagnosticError } from '../../src/diagnostics/diagnostic.js';
import { Lookups } from '../../src/lookups/lookups.js';
import { Templates, scopeOf } from '../../src/template/engine.js';
import type { Value, Vars } from '../../src/values/value.js';

export class Asked {
  readonly dir = mkdtempSync(join(tmpdir(), 'rtprov-lookups-'));
  readonly secrets = new Set<string>();
  readonly warnings: string[] = [];
  readonly env: Record<string, string> = { HOME: '/root', EMPTY: '' };
  readonly lookups = new Lookups(this.env, (playbookDir) => [join(playbookDir, 'further')]);
  readonly templates = new Templates({
    lookup: this.lookups.run,
    warn: (text) => {
      this.lookups.warn(text);
    },
  });

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    this.begin(false);
  }

  write(name: string, text: string | Buffer): void {
    mkdirSync(dirname(join(this.dir, name)), { recursive: true });
    writeFileSync(join(this.dir, name), text);
  }

  begin(check: boolean): void {
    this.lookups.begin({
      check,
      stop: new AbortController().signal,
      secret: (value) => this.secrets.add(value),
      warn: (text) => this.warnings.push(text),
    });
  }

  /** The value of an expression. `search`: further folders in front of the playbook's own. */
  value(expression: string, vars: Vars = {}, search: readonly string[] = []): Value {
    const magic = {
      inventory_hostname: 'h1',
      playbook_dir: this.dir,
      ansible_search_path: [...search.map((folder) => join(this.dir, folder)), this.dir],
    };
    return this.templates.evaluate(`{{ ${expression} }}`, scopeOf({ ...magic, ...vars }));
  }

  text(expression: string): string {
    const value = this.value(expression);
    if (typeof value !== 'string') throw new Error(`${expression} is not a text`);
    return value;
  }

  /** What is said of an expression that fails. */
  fault(expression: string, vars: Vars = {}): string {
    try {
      const value = this.value(expression, vars);
      return `no fault: ${JSON.stringify(value)}`;
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      return error.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n');
    }
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }
}
