#!/usr/bin/env node
// biome-ignore-all lint/suspicious/noVar: any Node must be able to read this file
// biome-ignore-all lint/style/useNodejsImportProtocol: an old Node does not know it
// biome-ignore-all lint/style/useTemplate: as above
// Starts qis, or says in one sentence what is missing.
//
// Plain old JavaScript on purpose, so that an old Node gets as far as the sentence. A checkout runs its sources, an
// installed package the bundle.
'use strict';

var fs = require('fs');
var path = require('path');

var REQUIRED = 24;

function fail(message) {
  process.stderr.write(message + '\n');
  process.exitCode = 1;
}

/** Where qis.sh looks first. */
function remedy() {
  var own = path.join(__dirname, '..', 'node_modules', 'node', 'bin', 'node');
  if (fs.existsSync(own)) return 'so start ' + path.join(__dirname, 'qis.sh') + ', which uses ' + own;
  return 'and there is none at ' + own + ', so install a newer one from https://nodejs.org and start qis again';
}

function start() {
  var found = process.versions.node;
  if (parseInt(found, 10) < REQUIRED) {
    fail('qis needs Node.js ' + REQUIRED + ' or newer; this is v' + found + ', ' + remedy() + '.');
    return;
  }
  var source = path.join(__dirname, 'main.ts');
  var bundle = path.join(__dirname, '..', 'dist', 'main.cjs');
  var entry = fs.existsSync(source) ? source : bundle;
  if (!fs.existsSync(entry)) {
    fail('qis is not complete: ' + bundle + ' is missing, so install it again.');
    return;
  }
  var nodeModule = require('module');
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache();
  require(entry);
}

start();
