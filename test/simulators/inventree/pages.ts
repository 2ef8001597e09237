/** An HTML page whose content nobody reads. */
export function page(title: string): string {
    return `<!DOCTYPE html>\n<html lang="en">\n<head>\n  <meta charset="UTF-8" />\n  <title>${title}</title>\n</head>\n<body>\n  <h1>${title}</h1>\n</body>\n</html>\n`;
}

/** What gunicorn answers before the application sees the request. */
export function requestLineTooLong(length: number, limit: number): string {
    return `<html>\n  <head>\n    <title>Bad Request</title>\n  </head>\n  <body>\n    <h1><p>Bad Request</p></h1>\n    Request Line is too large (${length} &gt; ${limit})\n  </body>\n</html>\n`;
}
