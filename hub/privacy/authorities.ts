/** Where somebody can complain about how their data is dealt with. */
export interface Authority {
  /** ISO 3166-1 alpha-2; `US-CA`: California. */
  readonly country: string;
  readonly name: string;
  /** Without a scheme: nothing on this hub opens it. */
  readonly site: string;
}

const of = (country: string, name: string, site: string): Authority => ({ country, name, site });

/** Known without a network. The Union and the European Economic Area first, as their board lists them. */
export const authorities: readonly Authority[] = [
  of("AT", "Österreichische Datenschutzbehörde", "dsb.gv.at"),
  of(
    "BE",
    "Autorité de protection des données / Gegevensbeschermingsautoriteit",
    "dataprotectionauthority.be",
  ),
  of("BG", "Commission for Personal Data Protection", "cpdp.bg"),
  of("HR", "Agencija za zaštitu osobnih podataka", "azop.hr"),
  of("CY", "Commissioner for Personal Data Protection", "dataprotection.gov.cy"),
  of("CZ", "Úřad pro ochranu osobních údajů", "uoou.gov.cz"),
  of("DK", "Datatilsynet", "datatilsynet.dk"),
  of("EE", "Andmekaitse Inspektsioon", "aki.ee"),
  of("FI", "Tietosuojavaltuutetun toimisto", "tietosuoja.fi"),
  of("FR", "Commission nationale de l'informatique et des libertés", "cnil.fr"),
  of(
    "DE",
    "Bundesbeauftragte für den Datenschutz und die Informationsfreiheit; for companies the authority of the Land",
    "bfdi.bund.de",
  ),
  of("GR", "Hellenic Data Protection Authority", "dpa.gr"),
  of("HU", "Nemzeti Adatvédelmi és Információszabadság Hatóság", "naih.hu"),
  of("IE", "Data Protection Commission", "dataprotection.ie"),
  of("IT", "Garante per la protezione dei dati personali", "garanteprivacy.it"),
  of("LV", "Datu valsts inspekcija", "dvi.gov.lv"),
  of("LT", "Valstybinė duomenų apsaugos inspekcija", "vdai.lrv.lt"),
  of("LU", "Commission nationale pour la protection des données", "cnpd.public.lu"),
  of("MT", "Office of the Information and Data Protection Commissioner", "idpc.org.mt"),
  of("NL", "Autoriteit Persoonsgegevens", "autoriteitpersoonsgegevens.nl"),
  of("PL", "Urząd Ochrony Danych Osobowych", "uodo.gov.pl"),
  of("PT", "Comissão Nacional de Proteção de Dados", "cnpd.pt"),
  of(
    "RO",
    "Autoritatea Națională de Supraveghere a Prelucrării Datelor cu Caracter Personal",
    "dataprotection.ro",
  ),
  of("SK", "Úrad na ochranu osobných údajov", "dataprotection.gov.sk"),
  of("SI", "Informacijski pooblaščenec", "ip-rs.si"),
  of("ES", "Agencia Española de Protección de Datos", "aepd.es"),
  of("SE", "Integritetsskyddsmyndigheten", "imy.se"),
  of("IS", "Persónuvernd", "personuvernd.is"),
  of("LI", "Datenschutzstelle", "datenschutzstelle.li"),
  of("NO", "Datatilsynet", "datatilsynet.no"),
  of("GB", "Information Commissioner's Office", "ico.org.uk"),
  of("CH", "Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter", "edoeb.admin.ch"),
  of("US-CA", "California Privacy Protection Agency; Attorney General", "cppa.ca.gov"),
  of("VN", "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao (Bộ Công an)", "bocongan.gov.vn"),
  of("CN", "国家互联网信息办公室", "cac.gov.cn"),
  of("SG", "Personal Data Protection Commission", "pdpc.gov.sg"),
  of("KR", "개인정보보호위원회", "pipc.go.kr"),
  of("JP", "個人情報保護委員会", "ppc.go.jp"),
  of("BR", "Autoridade Nacional de Proteção de Dados", "gov.br/anpd"),
  of("AU", "Office of the Australian Information Commissioner", "oaic.gov.au"),
  of("CA", "Office of the Privacy Commissioner", "priv.gc.ca"),
];

/** Of a country; nobody where none is known. @param country in any case, as `US-CA` too */
export const authoritiesOf = (country: string): readonly Authority[] =>
  authorities.filter((authority) => authority.country === country.toUpperCase());
