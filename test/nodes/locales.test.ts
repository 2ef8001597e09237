import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../harness/project';

const ENGLISH = 'en-US';

/** Languages that every node and plugin speaks; a folder of another language is held to the same. */
const REQUIRED = ['de', 'zh-CN', 'ru'];

/** The longest values that fill a status: a farm's counts, a database's ids, the longest name of a server. */
const LONGEST: Record<string, string> = {
    server: 'InvenTree',
    time: '23:59',
    field: 'oauthHeaders',
    status: '599',
    quantity: '99999.999',
    grams: '9999.9',
    pk: '999999999',
    done: '999999',
    total: '999999',
    n: '999999',
};

/** Statuses of nodes, and the states that the sidebar shows of prints. */
const STATUS_KEY = /^[\w-]+\.status\.|^print-to-stock-sidebar\.state\./;

const LONGEST_STATUS = 34;

/** Folders that hold `locales/<language>/`, such as `nodes/sync-api`. */
const places = ['nodes', 'plugins'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder))
        .map((name) => `${folder}/${name}`)
        .filter((place) => existsSync(join(projectRoot, place, 'locales', ENGLISH))),
);

const languages = [...new Set([...REQUIRED, ...places.flatMap((place) => filesIn(place))])].filter(
    (language) => language !== ENGLISH,
);

describe('the texts in other languages', () => {
    it('are looked for wherever there are English ones', () => {
        assert.ok(places.includes('nodes/bambuddy-archive-in'));
        assert.ok(places.includes('plugins/print-to-stock-dialogs'));
    });

    for (const place of places) {
        it(`${place}: English itself keeps its statuses short`, () => shortStatuses(place, ENGLISH));
        it(`${place}: English help shows no label as code`, () => noLabelAsCode(place, ENGLISH));
        it(`${place}: English help has neither bold nor italics`, () => plainHelp(place, ENGLISH));
    }

    for (const language of languages) {
        describe(language, () => {
            for (const place of places) {
                it(`${place}: has the files that English has`, () => {
                    assert.deepEqual(filesIn(place, language), filesIn(place, ENGLISH));
                });

                it(`${place}: has every text, with its placeholders`, () => {
                    for (const file of filesIn(place, ENGLISH).filter((name) => name.endsWith('.json'))) {
                        const english = textsIn(place, ENGLISH, file);
                        const texts = textsIn(place, language, file);
                        assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), file);
                        for (const [key, text] of english) {
                            const translated = texts.get(key)!;
                            assert.ok(translated.trim() !== '', `${key} is empty`);
                            assert.deepEqual(placeholders(translated), placeholders(text), key);
                        }
                    }
                });

                it(`${place}: keeps its statuses short`, () => shortStatuses(place, language));

                it(`${place}: has the whole help, in the same structure`, () => {
                    for (const file of filesIn(place, ENGLISH).filter((name) => name.endsWith('.html'))) {
                        const english = read(place, ENGLISH, file);
                        const help = read(place, language, file);
                        assert.deepEqual(helpNames(help), helpNames(english), file);
                        assert.deepEqual(tags(help), tags(english), file);
                        assert.notEqual(help, english, `${file} is not translated`);
                    }
                });

                it(`${place}: its help calls the fields as the dialog does`, () => {
                    const [english, labels] = [labelsOf(place, ENGLISH), labelsOf(place, language)];
                    for (const file of filesIn(place, ENGLISH).filter((name) => name.endsWith('.html'))) {
                        const help = read(place, language, file).replace(/\s+/g, ' ');
                        for (const [, text] of read(place, ENGLISH, file)
                            .replace(/\s+/g, ' ')
                            .matchAll(/“([^”]+)”/g)) {
                            const keys = [...english].filter(([, label]) => label === text).map(([key]) => key);
                            if (keys.length > 0)
                                assert.ok(
                                    keys.some((key) => help.includes(labels.get(key)!)),
                                    text,
                                );
                        }
                    }
                });

                it(`${place}: its help has neither bold nor italics`, () => plainHelp(place, language));

                it(`${place}: its help shows no label as code`, () => noLabelAsCode(place, language));
            }
        });
    }
});

/** As Node-RED's guide for help texts wants it. */
function plainHelp(place: string, language: string): void {
    for (const file of filesIn(place, language).filter((name) => name.endsWith('.html')))
        assert.doesNotMatch(read(place, language, file), /<(b|strong|i|em)>/, file);
}

function shortStatuses(place: string, language: string): void {
    for (const file of filesIn(place, ENGLISH).filter((name) => name.endsWith('.json'))) {
        for (const [key, text] of textsIn(place, language, file)) {
            if (!STATUS_KEY.test(key)) continue;
            const shown = text.replace(/__(\w+?)__/g, (placeholder, name: string) => {
                assert.ok(name in LONGEST, `${key}: the longest value for ${placeholder}`);
                return LONGEST[name]!;
            });
            assert.ok(shown.length <= LONGEST_STATUS, `${key}: “${shown}” has ${shown.length} characters`);
        }
    }
}

function noLabelAsCode(place: string, language: string): void {
    const labels = new Set([...labelsOf(place, language).values()].filter((label) => label.includes(' ')));
    for (const file of filesIn(place, ENGLISH).filter((name) => name.endsWith('.html')))
        assert.deepEqual(
            marked(read(place, language, file), 'code').filter((text) => labels.has(text)),
            [],
        );
}

/** What stands on fields and buttons of a dialog, its own and those it shares, by key. */
function labelsOf(place: string, language: string): Map<string, string> {
    const texts = [place, 'plugins/print-to-stock-dialogs'].flatMap((each) =>
        filesIn(each, language)
            .filter((name) => name.endsWith('.json'))
            .flatMap((file) => [...textsIn(each, language, file)]),
    );
    return new Map(texts.filter(([key]) => /\.label\.|\.button$/.test(key)));
}

/** What stands between a tag and its end. */
function marked(html: string, tag: string): string[] {
    return [...html.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, text]) => text!.replace(/\s+/g, ' '));
}

/** What a place has in a language, or its languages. A missing folder has nothing. */
function filesIn(place: string, language = ''): string[] {
    const folder = join(projectRoot, place, 'locales', language);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function read(place: string, language: string, file: string): string {
    return readFileSync(join(projectRoot, place, 'locales', language, file), 'utf8');
}

/** The texts of a file by their dotted keys. */
function textsIn(place: string, language: string, file: string): Map<string, string> {
    return new Map(leaves(JSON.parse(read(place, language, file)), file));
}

function leaves(value: unknown, file: string, path: string[] = []): [string, string][] {
    if (typeof value === 'string') return [[path.join('.'), value]];
    assert.ok(typeof value === 'object' && value !== null, `${file}: ${path.join('.')} is a text`);
    return Object.entries(value).flatMap(([key, inner]) => leaves(inner, file, [...path, key]));
}

/** `__name__` each as often as it stands there; the order is the language's own. */
function placeholders(text: string): string[] {
    return [...text.matchAll(/__\w+?__/g)].map(([placeholder]) => placeholder).sort();
}

function helpNames(html: string): string[] {
    return [...html.matchAll(/data-help-name="([^"]*)"/g)].map(([, name]) => name!);
}

/** The tags with their attributes in order: what people read is between them. */
function tags(html: string): string[] {
    return [...html.matchAll(/<\/?[a-z][^>]*>/gi)].map(([tag]) => tag.replace(/\s+/g, ' '));
}
