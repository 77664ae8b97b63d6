/**
 * Faults between the steps of a run, put in from outside: the scripts that a run sends are rewritten on their way, so nothing in
 * the product knows of it. A step is a line of a window's script that changes the target or its journal.
 */
import type { Rewrite } from '../support/scripts.js';

export interface Fault {
  /** Counted over all windows of a run. */
  readonly step: number;
  /** Shell text that takes the place before the step. */
  readonly script: string;
}

/** Kills the session's shell with all that it runs. */
export const killSession = 'kill -9 0';

/** Holds still, for a power cut from outside: the marker says that the step is reached. */
export const standStill = ': >/run/e2e-reached; sleep 600';

const partBegins = /^printf '\\n@%s begin %s\\n' [0-9a-f]+ (\S+);/;
const partEnds = /^printf '\\n@%s end %s /;

/** What a line of a window's script does to the target; undefined for one that does nothing by itself. */
function stepOf(line: string, part: string): string | undefined {
  if (part === 'journal') {
    if (/^mv -f .*\.undo\.new/.test(line)) return 'its undo is put in place';
    if (/^rtp_sync /.test(line)) return 'it is brought to disk';
    if (/^rtp_file_keep /.test(line)) return 'old bytes are kept';
    return undefined;
  }
  if (!/^s\d+$/.test(part)) return undefined;
  const call =
    /^\s*(?:rtp_[a-z]+=)?(?:rtp_file_one \d+ |rtp_file_some (?:\d+|'[\d ]+') )?(rtp_file_(?:swap|place|rmtree|rmdir|rm|untree)|rtp_unit_(?:call|disable|start)|rtp_user_(?:add|modify|join|remove)|rtp_group_(?:write|remove|members)|rtp_sysctl_\w+|rtp_kernel_setting_\w+|rtp_module_\w+|rtp_package_\w+|systemctl|update-grub)\b(.*)/.exec(
      line,
    );
  return call === null
    ? undefined
    : `${call[1] ?? ''}${(call[2] ?? '').replace(/ \|\| .*/, '').slice(0, 60)}`;
}

type Quote = '' | "'" | '"';

/** Which quote is open after a line of shell text that began within `quote`. */
function quoteBehind(line: string, quote: Quote): Quote {
  let open = quote;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (open === "'") {
      if (char === "'") open = '';
    } else if (char === '\\') at += 1;
    else if (open === '"') {
      if (char === '"') open = '';
    } else if (char === "'" || char === '"') open = char;
    else if (char === '#' && (at === 0 || /[\s;]/.test(line[at - 1] ?? ''))) break;
  }
  return open;
}

/** Walks over the steps of all windows that pass. */
export class Steps {
  readonly found: string[] = [];
  private windows = 0;

  constructor(private readonly fault?: Fault) {}

  readonly rewrite: Rewrite = (text) => {
    if (!/^rtp_seq=/m.test(text)) return text;
    this.windows += 1;
    let part = '';
    const lines: string[] = [];
    const step = (what: string): void => {
      if (this.fault?.step === this.found.length) lines.push(this.fault.script);
      this.found.push(`window ${this.windows}, ${part}: ${what}`);
    };
    // Text in quotes may span lines that look like calls: what is quoted is copied as it is.
    let quote: Quote = '';
    for (const line of text.split('\n')) {
      const plain = quote === '';
      quote = quoteBehind(line, quote);
      const begins = plain ? partBegins.exec(line) : null;
      const ends = plain && partEnds.test(line);
      if (begins !== null) {
        part = begins[1] ?? '';
        if (/^s\d+$|^journal$/.test(part)) step('before it');
      }
      const what = plain ? stepOf(line, part) : undefined;
      if (what !== undefined) step(what);
      lines.push(line);
      if (ends && /^s\d+$|^journal$/.test(part)) step('after it');
    }
    if (quote !== '')
      throw new Error(`the quotes of window ${this.windows} were not understood: its steps were not found`);
    return lines.join('\n');
  };
}
