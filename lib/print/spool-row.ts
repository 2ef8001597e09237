/** A row of the table of spools: what is empty fits everything; the first row that fits counts. */
export interface SpoolRow {
    /** name of the printer */
    printer: string;
    /** e.g. `A1` */
    tray: string;
    material: string;
    /** `#RRGGBB` */
    color: string;
    /** the StockItem's number in InvenTree */
    stock: number;
}
