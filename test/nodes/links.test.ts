import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../harness/project';

const PAGES = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...readdirSync(join(projectRoot, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`),
];

const textOf = (page: string): string => readFileSync(join(projectRoot, page), 'utf8');

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
    [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        heading!
            .toLowerCase()
            .replace(/[^\p{L}\p{N} _-]/gu, '')
            .replace(/ /g, '-'),
    );

/** Relative links of a page: file (empty for the page itself) and anchor. */
const linksOf = (page: string): { path: string; anchor: string }[] =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
        .map(([, inText, ofPicture]) => (inText ?? ofPicture)!)
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => {
            const [path = '', anchor = ''] = link.split('#');
            return { path, anchor };
        });

describe('what people read', () => {
    for (const page of PAGES)
        it(`${page}: every link leads to a file and a heading that exist`, () => {
            for (const { path, anchor } of linksOf(page)) {
                const target = path === '' ? page : join(dirname(page), path);
                assert.ok(existsSync(join(projectRoot, target)), `${path} exists`);
                if (anchor !== '')
                    assert.ok(anchorsOf(target).includes(anchor), `${target} has the heading #${anchor}`);
            }
        });

    it('the README has at most 1,300 words', () => {
        assert.ok(textOf('README.md').split(/\s+/).length <= 1300);
    });

    it('the README leads to every page of docs', () => {
        const reached = linksOf('README.md').map(({ path }) => path);
        assert.deepEqual(
            PAGES.filter((page) => page.startsWith('docs/') && !reached.includes(page)),
            [],
        );
    });
});
