/** All shell functions of the `file` kind; sent once a session, and kept in the journal for undo. */
import { raw } from '../../shell/shell.js';
import { probeLibrary } from './library-probe.js';
import { readLibrary } from './library-read.js';
import { saveLibrary } from './library-save.js';
import { showLibrary } from './library-show.js';
import { treeLibrary } from './library-tree.js';
import { writeLibrary } from './library-write.js';

export const library = raw(
  [probeLibrary, treeLibrary, readLibrary, showLibrary, saveLibrary, writeLibrary]
    .map((part) => part.trim())
    .join('\n'),
);
