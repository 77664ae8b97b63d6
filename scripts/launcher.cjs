#!/usr/bin/env node
// Starts rtprov.cjs with the code cache beside it, which V8 takes if it is of the same Node and else leaves (docs/adr/0005).
// With RTPROV_CODE_CACHE=write the cache is written when the program ends.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { Module } = require('node:module');
const { basename, join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, 'rtprov.cjs');
const cacheFile = `${filename}.cache`;

function cached() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

// The bundle is ASCII, which Latin-1 decodes fastest.
// Stack traces name the bundle without its folder: the cache would bring the folder of the build along.
const script = new Script(Module.wrap(readFileSync(filename, 'latin1')), {
  filename: basename(filename),
  cachedData: cached(),
});
if (process.env['RTPROV_CODE_CACHE'] === 'write') {
  process.on('exit', () => writeFileSync(cacheFile, script.createCachedData()));
}
script.runInThisContext()(exports, require, module, filename, __dirname);
