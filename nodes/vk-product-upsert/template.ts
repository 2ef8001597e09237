import { fieldOf } from '../../lib/print/print';
import type { Product } from '../../lib/product/product';

/**
 * A text with fields of the product in the place of `{{field}}`, e.g. `{{name}}`, `{{group.name}}`, `{{options.Colour}}`.
 * @returns null where the template is empty; an unknown field is nothing
 */
export function filled(template: string, product: Product): string | null {
    if (template.trim() === '') return null;
    return template.replace(/\{\{([^{}]+)\}\}/g, (_whole, path: string) => textOf(fieldOf(product, path)));
}

function textOf(value: unknown): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return Array.isArray(value) ? value.map(textOf).join(', ') : '';
}
