import assert from 'node:assert/strict';
import { Form } from '../../../lib/http/form';

describe('a form', () => {
    const read = (form: Form): Promise<FormData> =>
        new Response(new Uint8Array(form.body()), { headers: { 'Content-Type': form.contentType } }).formData();

    it('is read by others as it was meant: texts, and a file with its type and bytes', async () => {
        const bytes = Buffer.from([0, 13, 10, 45, 45, 255]);
        const form = new Form()
            .field('name', 'Lüfter "größer"\r\n--')
            .file('image', { bytes, type: 'image/png', filename: 'Ø "1".png' });
        const data = await read(form);
        assert.equal(data.get('name'), 'Lüfter "größer"\r\n--');
        const file = data.get('image') as unknown as {
            name: string;
            type: string;
            arrayBuffer(): Promise<ArrayBuffer>;
        };
        assert.deepEqual([file.name, file.type], ['Ø "1".png', 'image/png']);
        assert.deepEqual(Buffer.from(await file.arrayBuffer()), bytes);
    });

    it('has a boundary of its own', () => {
        assert.notEqual(new Form().contentType, new Form().contentType);
    });
});
