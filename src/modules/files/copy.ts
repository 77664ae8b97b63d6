/** `copy`: a file or a folder of the controller, given content, or a file of the target, to a path. */
import * as z from 'zod';
import type { ReadRequest } from '../../resources/resource.js';
import { attributeAliases, attributeArgs, attributeDocs } from '../args/file-args.js';
import { modeArg, modeOrPreserve } from '../args/mode.js';
import { any, bool, ignored, name, path, str } from '../args/types.js';
import { copyFile, copyFileNeeds } from './copy-file.js';
import { copyRemoteFolder, ownedNeeds } from './copy-remote-folder.js';
import { copyFolder, copyFolderNeeds, folderOfSource, remoteFolder } from './copy-folder.js';
import { fileRequest, followRequests, followedState } from './follow.js';
import { baseName, targetPath } from './target-path.js';
import type { Module, NeedsContext, PlanContext, TaskPlan } from '../core/module.js';
import { contentText } from './content-text.js';
import { failed } from '../core/plan-result.js';

const args = z.strictObject({
  ...attributeArgs,
  src: name().optional(),
  content: any().optional(),
  dest: path(),
  mode: modeOrPreserve().optional(),
  directory_mode: modeArg().optional(),
  remote_src: bool().default(false),
  force: bool().default(true),
  backup: bool().default(false),
  follow: bool().default(false),
  local_follow: bool().default(true),
  validate: str().optional(),
  checksum: str().optional(),
  decrypt: ignored('Ansible Vault is not supported: files are copied unchanged.'),
});
export type CopyArgs = z.infer<typeof args>;

/** The file of the target that `remote_src` names. */
function remoteState(given: CopyArgs, context: NeedsContext) {
  return followedState(targetPath(given.src ?? '', context.facts), context);
}

function remoteNeeds(given: CopyArgs, context: NeedsContext): readonly ReadRequest[] {
  const src = targetPath(given.src ?? '', context.facts);
  const reads = followRequests(src, context, 'content');
  if (reads.some((read) => !context.has(read))) return reads;
  const { path: end, state } = remoteState(given, context);
  if (state.type === 'file') return [...reads, ...copyFileNeeds(given, baseName(src), context)];
  if (state.type !== 'directory') return reads;
  const tree = fileRequest(end, 'tree');
  if (state.listing === undefined) return [...reads, tree];
  const below = state.listing.map((entry) => fileRequest(`${end}/${entry.path}`, 'content'));
  if (below.some((read) => !context.has(read))) return [...reads, tree, ...below];
  return [
    ...reads,
    tree,
    ...below,
    ...copyFolderNeeds(given, remoteFolder(end, state.listing, context), given.src ?? '', context),
    ...ownedNeeds(given, given.src ?? '', context),
  ];
}

function planRemote(given: CopyArgs, context: PlanContext): TaskPlan {
  const src = targetPath(given.src ?? '', context.facts);
  const { path: end, state } = remoteState(given, context);
  if (state.type === 'file') {
    const content = { bytes: state, base: baseName(src), src, mode: state.mode };
    return copyFile(given, content, context);
  }
  if (state.type === 'directory') {
    const entries = remoteFolder(end, state.listing ?? [], context);
    return copyRemoteFolder(given, { mode: state.mode, entries }, given.src ?? '', context);
  }
  return failed(
    state.type === 'absent' ? `Source ${src} not found` : `Source ${src} is neither a file nor a directory`,
  );
}

function planContent(given: CopyArgs, context: PlanContext): TaskPlan {
  const bytes = Buffer.from(contentText(given.content ?? null));
  return copyFile(
    given,
    { bytes: { sha256: context.put(bytes), size: bytes.length }, buffer: bytes },
    context,
  );
}

export const copy: Module<CopyArgs> = {
  name: 'copy',
  fullNames: ['ansible.builtin.copy', 'ansible.legacy.copy'],
  barrier: false,
  args,
  aliases: { ...attributeAliases, directory_mode: [] },
  rules: [
    { type: 'exclusive', args: ['src', 'content'] },
    { type: 'one-of', args: ['src', 'content'] },
    { type: 'requires', arg: 'remote_src', value: true, needs: ['src'] },
  ],
  doc: {
    summary: 'Copies a file or folder from the controller, or a given text, to the target.',
    args: {
      ...attributeDocs,
      src: "A file or folder on the controller, searched in the role's files/ and beside the playbook. A folder with a slash at the end means its contents; without a slash, the folder itself. With `remote_src`, a path on the target.",
      content: 'The content itself; a value that is not text is written as JSON.',
      dest: 'The destination. In a folder, or a path with a slash at the end, the file keeps its name; missing folders of such a path are created.',
      mode: `${attributeDocs.mode} \`preserve\` takes the mode of the source. With a folder and \`remote_src\` it is only for the written folder itself (\`dest\` or the folder in it): its contents get the modes of the source.`,
      directory_mode:
        'The mode of created folders; with a folder and `remote_src`, only of the missing folders of a `dest` with a slash at the end. Default: 0777 without the bits of the umask.',
      remote_src:
        'Whether `src` is on the target. Devices, fifos and sockets in a folder are not copied: if the destination exists, the rest is copied with a warning; otherwise the task fails. Default: false.',
      force: 'Whether to replace an existing file that has other content. Default: true.',
      backup: 'Whether to keep the old file beside the new one, with the time in its name. Default: false.',
      follow: 'Whether to write through a link at `dest`; otherwise the file replaces it. Default: false.',
      local_follow:
        'Whether links in a source folder on the controller are copied as the files that they point to; otherwise as links. With `remote_src` links stay links; into an existing folder they are copied only with `false`. Default: true.',
      validate: 'A command that must accept the new file before it replaces the old one; `%s` is its path.',
      checksum: 'The SHA-1 that the source must have.',
      decrypt:
        'Accepted, but has no effect: a file that is encrypted with Ansible Vault is copied unchanged.',
    },
    examples: [
      "- copy:\n    src: motd\n    dest: /etc/motd\n    mode: '0644'",
      '- copy:\n    content: |\n      options kvm_intel nested=1\n    dest: /etc/modprobe.d/kvm.conf',
      '- copy:\n    src: /etc/default/grub\n    dest: /root/grub.before\n    remote_src: true',
    ],
  },
  sources: (given) =>
    given.src === undefined || given.remote_src
      ? []
      : [{ name: given.src, folder: 'files', followLinks: given.local_follow }],
  touches: (given, facts) =>
    typeof given['dest'] === 'string'
      ? [{ kind: 'file', name: targetPath(given['dest'], facts) }]
      : undefined,
  needs(given, context) {
    if (given.src === undefined) return copyFileNeeds(given, undefined, context);
    if (given.remote_src) return remoteNeeds(given, context);
    const source = context.source(given.src);
    if (source.type === 'directory')
      return copyFolderNeeds(given, folderOfSource(source), given.src, context);
    return copyFileNeeds(given, baseName(given.src), context);
  },
  plan(given, context) {
    if (given.src === undefined) return planContent(given, context);
    if (given.remote_src) return planRemote(given, context);
    const source = context.source(given.src);
    if (source.type === 'directory') return copyFolder(given, folderOfSource(source), given.src, context);
    if (source.content !== undefined) context.put(source.content);
    return copyFile(
      given,
      {
        bytes: source,
        base: baseName(given.src),
        src: source.path,
        mode: source.mode,
        ...(source.content === undefined ? {} : { buffer: source.content }),
      },
      context,
    );
  },
};
