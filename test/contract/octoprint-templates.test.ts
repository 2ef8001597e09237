import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { oldText, oldUrl, OldRulesError } from '../../lib/webhook/legacy-octoprint-webhooks/legacy-template';
import { parseJson } from '../../lib/webhook/template/json';
import { dumps, pythonNumber } from '../../lib/webhook/legacy-octoprint-webhooks/python';
import { checkedHeaders, innerJson } from '../../lib/webhook/legacy-octoprint-webhooks/legacy-request';
import { recordingsAvailable, recordingsRoot } from './recordings';

const FOLDER = 'octoprint-webhooks';

interface Case {
    template?: string;
    url?: string;
    result?: unknown;
    exception?: string;
    endless_loop?: true;
}

interface Matrix {
    params: Record<string, unknown>;
    templates: Case[];
    urls: Case[];
    check_for_header: { headers: Record<string, string>; wanted: string; result: Record<string, string> }[];
    inner_json_encode: { data: Record<string, unknown>; result: Record<string, unknown> }[];
}

describe('the old rules against the functions of OctoPrint-Webhooks 3', function () {
    before(function () {
        if (!recordingsAvailable(FOLDER)) this.skip();
    });

    const matrix = (): Matrix =>
        parseJson(
            fs.readFileSync(path.join(recordingsRoot, FOLDER, '00-template-matrix.json'), 'utf8'),
            pythonNumber,
        ) as Matrix;

    function holds({ template, url, ...expected }: Case, params: Record<string, unknown>): void {
        const text = (template ?? url)!;
        const run = (): unknown => (template === undefined ? oldUrl(text, params) : oldText(text, params));
        if (expected.exception !== undefined || expected.endless_loop === true) {
            assert.throws(run, OldRulesError, text);
        } else {
            assert.equal(dumps(run()), dumps(expected.result), text);
        }
    }

    it('every text of the matrix', () => {
        const { params, templates } = matrix();
        assert.ok(templates.length >= 125);
        for (const each of templates) holds(each, params);
    });

    it('every address of the matrix', () => {
        const { params, urls } = matrix();
        assert.ok(urls.length >= 21);
        for (const each of urls) holds(each, params);
    });

    it('every Content-Type of the matrix', () => {
        for (const { headers, wanted, result } of matrix().check_for_header)
            assert.deepEqual(checkedHeaders(headers, wanted), result);
    });

    it('every form value of the matrix', () => {
        for (const { data, result } of matrix().inner_json_encode) assert.equal(dumps(innerJson(data)), dumps(result));
    });
});
