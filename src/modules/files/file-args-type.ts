/** The arguments of `file` that its states read. */
export interface PathArgs {
  readonly path: string;
  readonly src?: string | undefined;
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
  readonly recurse: boolean;
  readonly force: boolean;
  readonly follow: boolean;
  readonly access_time?: 'preserve' | 'now' | undefined;
  readonly modification_time?: 'preserve' | 'now' | undefined;
}
