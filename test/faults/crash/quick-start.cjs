// Loaded into Node-RED before anything else (`node -r`). A life of the crash proof is for the most part Node compiling
// the same thousand files: the first lives leave what they compiled in the file QUICK_START, the others read it.
'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');

const file = process.env.QUICK_START;
const compiled = fs.existsSync(file) ? v8.deserialize(fs.readFileSync(file)) : null;
const scripts = new Map();

const { _compile } = Module.prototype;
Module.prototype._compile = function (content, filename, ...rest) {
    if (!isPlain(content, filename) || (rest[0] ?? 'commonjs') !== 'commonjs')
        return _compile.call(this, content, filename, ...rest);
    const script = new vm.Script(Module.wrap(content), {
        filename,
        cachedData: compiled?.get(filename),
    });
    if (compiled === null) scripts.set(filename, script);
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, filename, path.dirname(filename));
};

/** Node-RED's own files; not what is tried here, nor what begins with `#!` or may import (a cached script cannot). */
function isPlain(content, filename) {
    return /node_modules.*\.c?js$/.test(filename) && !content.startsWith('#!') && !/\bimport\b/.test(content);
}

function requireOf(module) {
    const require = (id) => module.require(id);
    require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
    require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
    require.main = process.mainModule;
    require.extensions = Module._extensions;
    require.cache = Module._cache;
    return require;
}

if (compiled === null) {
    process.on('exit', () => {
        const all = new Map([...scripts].map(([name, script]) => [name, script.createCachedData()]));
        const temp = `${file}.${process.pid}`;
        fs.writeFileSync(temp, v8.serialize(all));
        fs.renameSync(temp, file);
    });
}
