/** What tests of files ask of whoever may look at the controller's. */

/** `exists` and those of kinds follow links; `link` and `link_exists` do not. */
export type PathTest = 'directory' | 'exists' | 'file' | 'link' | 'link_exists' | 'mount' | 'same_file';

/** Looks at the controller's files. A path that is not absolute is looked for in the folder that the program was started in. */
export type PathLook = (test: PathTest, path: string, other?: string) => boolean;
