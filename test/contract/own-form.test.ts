import assert from 'node:assert/strict';
import { BAMBUDDY_FORM } from '../../lib/clients/bambuddy/own-form';
import { isOwn, type OwnForm } from '../../lib/http/own-form';
import { INVENTREE_FORM } from '../../lib/clients/inventree/own-form';
import { loadExchanges, recordingsAvailable } from './recordings';

interface Server {
    folder: string;
    form: OwnForm;
    /** the calls that we make */
    calls: RegExp;
    /** recordings that are somebody else's words, and whose */
    foreign: Readonly<Record<number, string>>;
}

const INVENTREE = {
    form: INVENTREE_FORM,
    calls: /^(GET|POST) \/api\/($|part\/$|stock\/$|(part\/)?parameter\/)|^(GET|PATCH) \/api\/((part|part\/category|stock\/location|(part\/)?parameter)\/\d+\/$)/,
    foreign: {
        254: 'the web server: its own 400 page, before InvenTree sees the request',
        668: 'maintenance: a page',
        669: 'maintenance: a page',
        670: 'maintenance: a page',
        854: 'Django, of a host name that it does not answer to: a page',
    },
};

const SERVERS: readonly Server[] = [
    {
        folder: 'bambuddy',
        form: BAMBUDDY_FORM,
        calls: /^(GET|PATCH|POST) \/api\/v1\/(updates\/version|print-log\/|archives\/(\d+(\/runs)?)?|printers\/|auth\/(ws|media)-token|printers\/camera\/stream-token)$/,
        foreign: {},
    },
    { folder: 'inventree-479', ...INVENTREE },
    { folder: 'inventree-388', ...INVENTREE },
];

for (const { folder, form, calls, foreign } of SERVERS)
    describe(`the own form of a server: ${folder}`, () => {
        before(function () {
            if (!recordingsAvailable(folder)) this.skip();
        });

        it('fits every recorded answer, and no page of another server', () => {
            const wrong: string[] = [];
            let looked = 0;
            for (const { number, request, response } of loadExchanges(folder)) {
                const { pathname: path, searchParams } = new URL(request.path, 'http://server');
                if (!calls.test(`${request.method} ${path}`) || response.status === 0) continue;
                // what the recorder shortened is not there to look at
                if (typeof response.body === 'string' && response.body.startsWith('(truncated')) continue;
                const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]);
                const contentType = (Object.fromEntries(headers) as Record<string, string>)['content-type'] ?? '';
                const answer = {
                    status: response.status,
                    path,
                    paged: Number(searchParams.get('limit')) > 0,
                    contentType,
                };
                const own = isOwn(form, { ...answer, body: response.body });
                const what = `${number}: ${response.status} to ${request.method} ${request.path.slice(0, 80)}: ${JSON.stringify(response.body)?.slice(0, 200)}`;
                if (own !== (foreign[number] === undefined)) wrong.push(what);
                looked++;
            }
            assert.deepEqual(wrong, []);
            assert.ok(looked > 20, `${looked} recordings`);
        });
    });
