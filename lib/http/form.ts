import { randomUUID } from 'node:crypto';

/** A file in a form. */
export interface FormFile {
    bytes: Buffer;
    /** e.g. `image/png` */
    type: string;
    filename: string;
}

/** A `multipart/form-data` body, made whole at once: a stream of its parts costs a write to the socket for each. */
export class Form {
    private readonly boundary = `form-${randomUUID()}`;
    private readonly parts: Buffer[] = [];

    get contentType(): string {
        return `multipart/form-data; boundary=${this.boundary}`;
    }

    field(name: string, value: string): this {
        return this.part(`name="${escaped(name)}"`, '', Buffer.from(value));
    }

    file(name: string, { bytes, type, filename }: FormFile): this {
        const disposition = `name="${escaped(name)}"; filename="${escaped(filename)}"`;
        return this.part(disposition, `Content-Type: ${type}\r\n`, bytes);
    }

    body(): Buffer {
        return Buffer.concat([...this.parts, Buffer.from(`--${this.boundary}--\r\n`)]);
    }

    private part(disposition: string, headers: string, content: Buffer): this {
        const head = `--${this.boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${headers}\r\n`;
        this.parts.push(Buffer.from(head), content, Buffer.from('\r\n'));
        return this;
    }
}

/** As browsers do it (WHATWG, multipart/form-data encoding). */
function escaped(name: string): string {
    return name.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}
