/**
 * Lines of a grub.cfg or custom.cfg that choose another default than the saved entry, with the script below /etc/grub.d that wrote them.
 * grub-mkconfig puts each script's text between two marks (util/grub-mkconfig.in).
 */

export interface ForeignDefault {
  /** `/etc/grub.d/40_custom`; undefined outside of all marks. */
  readonly script?: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const assignment = /^[ \t]*(?:set[ \t]+|export[ \t]+)?default=(\S*)/;
const harmless = /^"?\$\{?(?:next_entry|saved_entry|prev_saved_entry)\}?"?;?$/;

/**
 * Those that the menu keeps when it is made with GRUB_DEFAULT=saved: what 00_header writes is made of that. Fedora's counting of failed
 * boots chooses another entry only after one.
 */
export function foreignDefaults(text: string): readonly ForeignDefault[] {
  let script: string | undefined;
  return text.split('\n').flatMap((line, index) => {
    const [, begun] = /^### BEGIN (.+) ###$/.exec(line) ?? [];
    if (begun !== undefined) script = begun;
    if (/^### END .* ###$/.test(line)) script = undefined;
    const [, value] = assignment.exec(line) ?? [];
    if (value === undefined || harmless.test(value)) return [];
    if (script !== undefined && /\/(?:00_header|[0-9]+_fallback_counting)$/.test(script)) return [];
    return [{ ...(script === undefined ? {} : { script }), line: index + 1, text: line.trim() }];
  });
}
