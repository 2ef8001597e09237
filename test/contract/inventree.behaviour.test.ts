import assert from 'node:assert/strict';
import { InvenTreeSimulator, png } from '../simulators/inventree';
import { replay, send, type Answer } from './recordings';

describe('the InvenTree simulator', () => {
    const sim = new InvenTreeSimulator({ writeMs: 40 });
    let url: string;

    before(async () => {
        url = await sim.listen();
        sim.addCategory({ name: 'Prints' });
        sim.addPart({ name: 'Bracket', IPN: 'BMB-1', category: 1 });
        sim.addTemplate({ name: 'Weight', units: 'g' });
    });
    beforeEach(() => sim.state.violations.splice(0));
    after(() => sim.close());

    function ask(method: string, path: string, body?: unknown): Promise<Answer> {
        const headers = { authorization: `Token ${sim.adminToken}`, 'content-type': 'application/json' };
        return send(url, method, path, headers, body === undefined ? null : Buffer.from(JSON.stringify(body)));
    }

    function inParallel(count: number, work: () => Promise<Answer>): Promise<Answer[]> {
        return Promise.all(Array.from({ length: count }, work));
    }

    it('fails all but one of parallel writes as SQLite does, and those create nothing (recordings 500-517)', async () => {
        const before = sim.state.stock.size;
        const answers = await inParallel(8, () => ask('POST', '/api/stock/', { part: 1, quantity: 1 }));
        const failed = answers.filter(({ status }) => status !== 201);
        assert.ok(failed.length >= 5, `${failed.length} failed`);
        assert.equal(sim.state.stock.size, before + 8 - failed.length);
        for (const answer of failed) {
            assert.equal(answer.status, 500);
            assert.deepEqual(answer.body, {
                error: 'OperationalError',
                error_class: "<class 'django.db.utils.OperationalError'>",
                detail: 'Error details can be found in the admin panel',
                path: '/api/stock/',
                status_code: 500,
            });
        }
    });

    it('answers parallel writes of parameters with IntegrityError (recordings 512-514)', async () => {
        const body = { model_type: 'part.part', model_id: 1, template: 1, data: '1' };
        const answers = await inParallel(2, () => ask('POST', '/api/parameter/', body));
        const statuses = answers.map(({ status }) => status).sort();
        assert.deepEqual(statuses, [201, 500]);
        const failed = answers.find(({ status }) => status === 500)!;
        assert.equal((failed.body as { error: string }).error, 'IntegrityError');
    });

    it('lets parallel uploads wait for one another (recording 518)', async () => {
        const answers = await Promise.all(
            Array.from({ length: 4 }, () =>
                replay(
                    url,
                    {
                        method: 'PATCH',
                        path: '/api/part/1/',
                        headers: { authorization: `Token ${sim.token}` },
                        body: {
                            multipart: {
                                fields: {},
                                files: { image: { filename: 'a.png', bytes: 100, content_type: 'image/png' } },
                            },
                        },
                    },
                    { file: () => png() },
                ),
            ),
        );
        assert.deepEqual(
            answers.map(({ status }) => status),
            [200, 200, 200, 200],
        );
    });

    it('takes parallel writes where the database is another', async () => {
        sim.locking = 'none';
        const answers = await inParallel(8, () => ask('POST', '/api/stock/', { part: 1, quantity: 1 }));
        sim.locking = 'sqlite';
        assert.ok(answers.every(({ status }) => status === 201));
    });

    it('notes what no well-behaved client does', async () => {
        const { pk } = sim.addStock({ part: 1, quantity: 5, batch: 'b-1' });
        sim.person.setImage(1);
        sim.person.setParameter(1, 1, '12');
        const parameter = sim.state.parameterOf(1, 1)!;
        await ask('PATCH', `/api/stock/${pk}/`, { quantity: 4 });
        await ask('POST', '/api/stock/remove/', { items: [{ pk, quantity: 1 }] });
        await ask('PATCH', '/api/part/1/', { description: 'other', keywords: 'mine' });
        await ask('PATCH', '/api/part/1/', { image: null });
        await ask('PATCH', `/api/parameter/${parameter.pk}/`, { data: '13' });
        await ask('DELETE', `/api/stock/${pk}/`);
        assert.deepEqual(sim.state.violations, [
            `PATCH lowers the quantity of StockItem ${pk}: 5 to 4`,
            `POST /api/stock/remove/ lowers the quantity of StockItem ${pk} by 1`,
            'PATCH of description of Part 1',
            'PATCH of image of Part 1, which a person set',
            `PATCH of Parameter ${parameter.pk} of Part 1, which a person set`,
            `DELETE /api/stock/${pk}/`,
        ]);
    });

    it('lets people sell, split and merge', async () => {
        const whole = sim.addStock({ part: 1, quantity: 5, batch: 'split-me' });
        const child = sim.person.split(whole.pk, 2);
        assert.deepEqual([whole.quantity, child.quantity, child.batch, child.parent], [3, 2, 'split-me', whole.pk]);
        const other = sim.addStock({ part: 1, quantity: 1, batch: 'merge-me' });
        sim.person.merge([whole.pk, other.pk]);
        assert.deepEqual((await ask('GET', '/api/stock/?batch=merge-me')).body, []);
        sim.person.sellOut(whole.pk);
        assert.equal((await ask('GET', `/api/stock/${whole.pk}/`)).status, 404);
        assert.deepEqual(sim.state.violations, []);
    });

    it('answers as the newer API version after an upgrade', async () => {
        sim.apiVersion = 425;
        assert.equal((await ask('GET', '/api/parameter/?limit=1')).status, 404);
        assert.equal((await ask('GET', '/api/part/parameter/?limit=1')).status, 200);
        sim.apiVersion = 479;
        assert.equal((await ask('GET', '/api/parameter/?limit=1')).status, 200);
        assert.equal((await ask('GET', '/api/part/parameter/?limit=1')).status, 404);
    });

    it('answers an anchored alternation of escaped texts as the regex would', async () => {
        sim.addStock({ part: 1, quantity: 1, batch: 'Bambuddy-1+x' });
        sim.addStock({ part: 1, quantity: 1, batch: 'bambuddy-12' });
        const pattern = encodeURIComponent('^(bambuddy\\-1\\+x|bambuddy\\-2)$');
        const { body } = await ask('GET', `/api/stock/?batch_regex=${pattern}`);
        assert.deepEqual(
            (body as { batch: string }[]).map(({ batch }) => batch),
            ['Bambuddy-1+x'],
        );
    });
});
