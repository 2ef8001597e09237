import { once } from 'node:events';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { toFormat1 } from '../ledger/format';
import { importStore } from './import';
import { Ledger } from '../ledger/ledger';
import { lookInto, type StoreLook } from './inspect';
import { explainDiskError } from '../engine/not-writable';
import { report } from './report';
import { reportOf } from './store-diagnostics';
import { exportOf, readExport, withoutComparison } from './transfer';

const HELP = `print-to-stock-store: inspect and maintain the ledger of a sync store, the file with the records of prints and Parts.

  print-to-stock-store check <file>                   show content and state; changes nothing
  print-to-stock-store export <file> [--out <copy>]   write it as one JSON document, also while Node-RED runs
                              [--format 1]            for versions before format 2
  print-to-stock-store import <file> [--from <copy>]  create a store from such a document
                              [--force]               replace an existing store, which is kept beside it
  print-to-stock-store report <file>                  what to attach to an issue: versions, states, counts, the last errors;
                              [--keep names,addresses]  without these, unless they are named here
  print-to-stock-store compact <file>                 rewrite it as one snapshot; Node-RED must be stopped

Without --out and --from: the output and the input of the command. The file is the one the sync store names,
else <userDir>/print-to-stock/<node id>.json. Ends with 0 when all is well, 1 when not, 2 when called wrongly.
`;

export interface CommandContext {
    out: NodeJS.WritableStream;
    err: NodeJS.WritableStream;
    in: NodeJS.ReadableStream & { isTTY?: boolean };
    now: () => Date;
}

type Options = Partial<Record<'out' | 'from' | 'format' | 'keep', string>> & { force?: boolean };
type Command = (file: string, options: Options, context: CommandContext) => Promise<number>;

const COMMANDS: Record<string, { run: Command; options: readonly string[] }> = {
    check: { run: check, options: [] },
    export: { run: exportStore, options: ['out', 'format'] },
    import: { run: importDocument, options: ['from', 'force'] },
    report: { run: reportStore, options: ['out', 'keep'] },
    compact: { run: compact, options: [] },
};

/** One call of the command. @returns the status to end with */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<number> {
    const call = callOf(args);
    if (typeof call === 'string') {
        context.err.write(`${call}\n\n${HELP}`);
        return 2;
    }
    if (call === null) {
        context.out.write(HELP);
        return 0;
    }
    try {
        return await call.run(resolve(call.file), call.options, context);
    } catch (error) {
        const said = explainDiskError(resolve(call.file), error);
        context.err.write(`${said instanceof Error ? said.message : String(said)}\n`);
        return 1;
    }
}

/** @returns what is wrong with the call, as text; null: help is asked for */
function callOf(args: readonly string[]): { run: Command; file: string; options: Options } | string | null {
    let parsed;
    try {
        parsed = parseArgs({
            args: [...args],
            allowPositionals: true,
            options: {
                out: { type: 'string' },
                from: { type: 'string' },
                format: { type: 'string' },
                keep: { type: 'string' },
                force: { type: 'boolean' },
                help: { type: 'boolean', short: 'h' },
            },
        });
    } catch (error) {
        return (error as Error).message;
    }
    const { help, ...options } = parsed.values;
    if (help === true) return null;
    const [name, file, ...more] = parsed.positionals;
    if (name === undefined) return 'No command given.';
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) return `There is no "${name}".`;
    if (file === undefined) return `No file given to ${name}.`;
    if (more.length > 0) return `Only one file is possible; unexpected: "${more.join(' ')}".`;
    const foreign = Object.keys(options).find((option) => !command.options.includes(option));
    if (foreign !== undefined) return `"${name}" has no --${foreign}.`;
    if (options.format !== undefined && options.format !== '1')
        return `--format can only be 1, not "${options.format}": without it the export has the format that its records need.`;
    return { run: command.run, file, options };
}

async function check(file: string, _options: Options, { out }: CommandContext): Promise<number> {
    const { text, healthy } = report(file, await mustLook(file));
    out.write(text);
    return healthy ? 0 : 1;
}

async function exportStore(file: string, { out, format }: Options, context: CommandContext): Promise<number> {
    const look = await mustLook(file);
    const { healthy, problems } = report(file, look);
    if (look.snapshot.kind !== 'read' && look.journals.every(({ lines }) => lines === 0))
        throw new Error(`${file} is unreadable and cannot be exported. See "check".`);
    if (!healthy)
        context.err.write(`Some records could not be read:\n${problems.map((text) => `  ${text}\n`).join('')}`);
    const document = exportOf(format === '1' ? toFormat1(look.data) : look.data, context.now());
    if (out === undefined) {
        await writeAll(document, context.out);
        return healthy ? 0 : 1;
    }
    const target = resolve(out);
    if (belongsTo(target, file)) throw new Error(`${target} is a file of the store itself: choose another name.`);
    await writeBeside(target, document);
    return healthy ? 0 : 1;
}

async function importDocument(file: string, { from, force }: Options, context: CommandContext): Promise<number> {
    if (from === undefined && context.in.isTTY === true) {
        context.err.write(`No document given: use --from, or the standard input.\n\n${HELP}`);
        return 2;
    }
    const text = from === undefined ? await textOf(context.in) : await readFile(from, 'utf8');
    const data = withoutComparison(readExport(text));
    const old = await importStore(file, data, force === true, context.now());
    const counts = `${Object.keys(data.prints).length} prints and ${Object.keys(data.parts).length} Parts`;
    context.out.write(`${file} has ${counts} now. The next start compares them with InvenTree.\n`);
    if (old !== null) context.out.write(`The previous store is kept as ${old}.\n`);
    return 0;
}

async function reportStore(file: string, { out, keep = '' }: Options, context: CommandContext): Promise<number> {
    const kept = keep.split(',').map((each) => each.trim());
    const look = await mustLook(file);
    const report = reportOf(look, context.now(), {
        names: kept.includes('names'),
        addresses: kept.includes('addresses'),
    });
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (out === undefined) await writeAll([text], context.out);
    else await writeBeside(resolve(out), [text]);
    return 0;
}

async function compact(file: string, _options: Options, context: CommandContext): Promise<number> {
    await mustLook(file);
    const ledger = await Ledger.open(file, { onWarning: (text) => void context.err.write(`${text}\n`) });
    try {
        await ledger.compact();
    } finally {
        await ledger.close();
    }
    context.out.write(`${file} is one snapshot of ${(await stat(file)).size} bytes now.\n`);
    return 0;
}

/** A copy that is whole or is not there. */
async function writeBeside(target: string, texts: Iterable<string>): Promise<void> {
    const temp = `${target}.tmp`;
    try {
        await writeFile(temp, texts, { flush: true });
        await rename(temp, target);
    } catch (error) {
        await rm(temp, { force: true });
        throw explainDiskError(target, error);
    }
}

/** @throws Error where there is no store */
async function mustLook(file: string): Promise<StoreLook> {
    const look = await lookInto(file);
    if (look === null) throw new Error(`There is no store ${file}. The sync store's settings name the file.`);
    return look;
}

function belongsTo(path: string, file: string): boolean {
    return (
        dirname(path) === dirname(file) &&
        /^(\.format-1)?(\.(bak|tmp|lock|owner|journal\..*))?$/.test(after(path, file))
    );
}

/** What a file's name has behind the store's; something else where it does not begin with it. */
function after(path: string, file: string): string {
    return basename(path).startsWith(basename(file)) ? basename(path).slice(basename(file).length) : 'another';
}

async function writeAll(texts: Iterable<string>, stream: NodeJS.WritableStream): Promise<void> {
    for (const text of texts) if (!stream.write(text)) await once(stream, 'drain');
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
}
