/** Files and scripts that would take from the menu what rtprov's file of GRUB's defaults gives it: found before anything is written. */
import { foreignDefaults } from '../../rt/boot/foreign-default.js';
import { grubDefaultsPath, type GrubDefaults } from '../../rt/boot/grub-defaults.js';
import { grubWords } from '../../rt/boot/grub-text.js';
import { finalLine, lineArgs } from '../../rt/boot/menu-line.js';
import { brokenPromises, promiseOf } from '../../rt/boot/menu-promise.js';
import { fileText, grubPlaces, running, type BootContext } from './places.js';

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Who has the last word on one of the variables, and how to take it from them. */
function setterText(context: BootContext, variables: readonly string[], why: string): string {
  const setters = context.state('boot', running.name).grubLate?.setters ?? [];
  const last = setters.filter(({ variable }) => variables.includes(variable)).at(-1);
  if (last === undefined) return why;
  const { file, line, variable } = last;
  const where = `${file}${line === undefined ? '' : `:${line}`}`;
  return `${where}: sets ${variable} after ${baseName(grubDefaultsPath)}, ${why}. Rename it so that it is read first: \`mv ${file} ${file.replace(/[^/]*$/, (name) => `50-${name.replace(/^[^A-Za-z0-9]+/, '')}`)}\`, or move its lines into /etc/default/grub.`;
}

/** Why grub-mkconfig would make no menu of the files as they are. */
function brokenFault(context: BootContext): string | undefined {
  const { grubBroken } = context.state('boot', running.name);
  if (grubBroken === undefined) return undefined;
  const { file, said } = grubBroken;
  const [, line, text] = /^(?:[^:]*: )?(?:line )?([0-9]+): *(.*)$/.exec(said) ?? [];
  const why = text || 'it stops where a command fails, or ends the shell (exit)';
  return `${file}${line === undefined ? '' : `:${line}`}: grub-mkconfig would stop ${text ? 'here' : 'at this command or the next one'} and make no menu: ${why}. Try it with \`sh -ec '. ${file}; echo read'\`.`;
}

/** Why the arguments of these defaults would not be on the menu's line as they were promised. */
function lateLineFault(defaults: GrubDefaults, context: BootContext): string | undefined {
  const { grubLines, grubLate } = context.state('boot', running.name);
  const said = [grubLines, ...(grubLate === undefined ? [] : [grubLate])];
  if (said.some(({ linux, linuxDefault }) => `${linux}${linuxDefault}`.includes('\r')))
    return `/etc/default/grub, or a file in /etc/default/grub.d, has lines that end in CR LF: the shell reads the CR as part of the last argument, which changes that argument. Remove it: \`sed -i 's/\\r$//' /etc/default/grub\`.`;
  const line = finalLine(grubLines, defaults.owners, grubLate);
  const broken = brokenPromises(lineArgs(line), promiseOf(defaults));
  if (broken.length === 0) return undefined;
  const toInit = said.some(({ linux }) => grubWords(linux).some(({ said }) => said === '--'));
  if (toInit)
    return `/etc/default/grub: GRUB_CMDLINE_LINUX has a "--", and the kernel gives everything after it to init, also GRUB_CMDLINE_LINUX_DEFAULT: the menu ${broken.join(', ')}. Move "--" and what follows it to the end of GRUB_CMDLINE_LINUX_DEFAULT.`;
  return setterText(
    context,
    ['GRUB_CMDLINE_LINUX', 'GRUB_CMDLINE_LINUX_DEFAULT'],
    `so that the menu ${broken.join(', ')}`,
  );
}

/** Why GRUB would not boot the saved entry by default, although these defaults say so. */
export function lateDefaultFault(context: BootContext): string | undefined {
  const broken = brokenFault(context);
  if (broken !== undefined) return broken;
  const entry = context.state('boot', running.name).grubLate?.entry ?? 'rtprov-line';
  if (entry !== 'rtprov-line' && entry !== 'saved')
    return setterText(
      context,
      ['GRUB_DEFAULT'],
      `so that the menu boots "${entry}" and not the saved entry, which is the known-good one`,
    );
  const { menu, custom } = grubPlaces(context);
  for (const path of [menu, custom]) {
    const [found] = foreignDefaults(fileText(path, context));
    if (found === undefined) continue;
    const by = found.script === undefined ? '' : ` (written by ${found.script})`;
    const at = found.script ?? path;
    return `${path}:${found.line}: says ${found.text}${by}, so the known-good entry would not be the default. Remove that line from ${at}, or set GRUB_DEFAULT in /etc/default/grub instead.`;
  }
  return undefined;
}

/** Both, of defaults that are there or are to be. */
export function lateFault(defaults: GrubDefaults, context: BootContext): string | undefined {
  return (
    brokenFault(context) ??
    lateLineFault(defaults, context) ??
    (defaults.saved === true ? lateDefaultFault(context) : undefined)
  );
}
