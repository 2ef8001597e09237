import { accessSync, constants } from 'node:fs';
import type { Context } from 'mocha';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Set to `required`, a machine without a browser is a failure and not a skip. */
const browserRequired = process.env['PRINT_TO_STOCK_BROWSER'] === 'required';

/** @returns the Chromium to use: `CHROMIUM_PATH`, else where systems put it; null where there is none */
export function findChromium(): string | null {
    const chosen = process.env['CHROMIUM_PATH'];
    return (chosen === undefined || chosen === '' ? PLACES : [chosen]).find(isExecutable) ?? null;
}

/**
 * The browser of a suite.
 * @param hook in which it is opened, before the tests
 * Where there is none, the tests are skipped, and it is said so.
 * @throws Error where it is required
 */
export async function openBrowser(hook: Context): Promise<Browser> {
    const path = findChromium();
    if (path !== null) return launchChromium(path);
    const why = 'no Chromium found: set CHROMIUM_PATH to have the editor tested';
    if (browserRequired) throw new Error(why);
    console.log(`        skipped: ${why}`);
    return hook.skip();
}

/** Without anything that would talk to the outside. */
export function launchChromium(executablePath: string): Promise<Browser> {
    return chromium.launch({
        executablePath,
        args: [
            '--no-sandbox',
            '--disable-gpu',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
        ],
    });
}

function isExecutable(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}
