/**
 * What five vendors' privacy notices say of such a system, and what this house makes of each sentence: `built` as software,
 * `simulated` against a simulator that ships, `absent` as something that is not collected, `notice` as a sentence of the notice.
 */
export type Delivery = "built" | "simulated" | "absent" | "notice";

export interface Requirement {
  /** Words of the notice. */
  readonly quote: string;
  /** What the house does about it. */
  readonly promise: string;
  readonly delivery: Delivery;
}

export const notices = {
  H: "HuePress / myHue",
  A: "Aqara Forum",
  U: "USTAR Uone Smart",
  Z: "Huami / Zepp",
  D: "Aqara Developer Platform",
} as const;

export const requirements = {
  H1: {
    quote: "not only a smart light bulb, but also a smart lighting ecosystem",
    promise:
      "The notice names every part it covers: hub, lamps, sensors, app and connections that are there now.",
    delivery: "built",
  },
  H2: {
    quote: "we will not be able to provide you with the complete functionality",
    promise: "Of each optional item it is said what stops without it, and nothing else stops.",
    delivery: "built",
  },
  H3: {
    quote: "if you choose not to grant our app location access on your phone",
    promise: "Without location permission the rules that need it pause with a reason; all others run on.",
    delivery: "built",
  },
  H4: {
    quote: "can't tell the time zone or outdoor lighting conditions",
    promise: "Time zone and daylight are computed on the hub, with nothing asked of anybody outside.",
    delivery: "built",
  },
  H5: {
    quote: "automatic lighting schedules that follow the circadian rhythm",
    promise: "Lamps can follow the sun's height through the day.",
    delivery: "built",
  },
  H6: {
    quote: "activating at dawn and sunset time at your place of residence",
    promise: "Rules fire at sunrise and sunset, with offsets, within a minute of an almanac.",
    delivery: "built",
  },
  H7: {
    quote: "or when you go home or leave",
    promise: "Rules fire when people come home or leave, computed at home.",
    delivery: "built",
  },
  H8: {
    quote: "Your location data will not be shared with us.",
    promise: "The home's place stays in the sealed store.",
    delivery: "built",
  },
  H9: {
    quote: "location data will be provided by your operating system",
    promise: "Bluetooth permission of a phone gives the hub no place.",
    delivery: "built",
  },
  H10: {
    quote: "Bluetooth connection to your (Bluetooth) lamp",
    promise: "Bluetooth lamps are paired and driven beside the others.",
    delivery: "built",
  },
  H11: {
    quote: "the name you give to your myHue products",
    promise:
      "Names that people give are sealed, exportable, erasable, and in no topic, advertisement or certificate.",
    delivery: "built",
  },
  H12: {
    quote: "full name, email address, password, country and language",
    promise: "An account takes a display name and a password, kept as a slow salted hash.",
    delivery: "built",
  },
  H13: {
    quote: "email address and account name",
    promise: "Of what an identity provider tells, e-mail and account name are kept and nothing else.",
    delivery: "simulated",
  },
  H14: {
    quote: "this information becomes part of your HuePress Account",
    promise: "That a device belongs to an account is a record one can see and delete.",
    delivery: "built",
  },
  H15: {
    quote: "we do not store credit card information",
    promise: "Payment cards are not collected, and text that looks like one is refused.",
    delivery: "absent",
  },
  H16: {
    quote: "Delivery information and return information",
    promise: "There is no shop: delivery and return data are not collected.",
    delivery: "absent",
  },
  H17: {
    quote: "call record if you have received your approval",
    promise: "A support bundle is made by its user, redacted, previewed, and sent by nobody.",
    delivery: "built",
  },
  H18: {
    quote: "the status of that request",
    promise: "Requests have a status and a history that cannot be rewritten.",
    delivery: "built",
  },
  H19: {
    quote: "Device information … log information … information about your settings",
    promise: "Device, log and settings data have each their own retention.",
    delivery: "built",
  },
  H20: {
    quote: "develop new products and technologies through analytics",
    promise: "Statistics are off until wanted, aggregates only, and can be looked at first.",
    delivery: "built",
  },
  H21: {
    quote: "tailoring them to your preferences and interests",
    promise: "Learned scenes are a purpose of their own; withdrawing erases what was learned.",
    delivery: "built",
  },
  H22: {
    quote: "Your comments and reviews",
    promise: "Reviews and comments are not collected.",
    delivery: "absent",
  },
  H23: {
    quote: "online sweepstakes and contests",
    promise: "There are no contests: birth dates and postal addresses are refused.",
    delivery: "absent",
  },
  H24: {
    quote: "Data collected from social platforms",
    promise: "Nothing is taken from social platforms.",
    delivery: "absent",
  },
  H25: {
    quote: "use the content you post online",
    promise: "Nothing that people post elsewhere is used.",
    delivery: "absent",
  },
  H26: {
    quote: "modify your account settings, username, or marketing permission status, our backend will log",
    promise: "Changes of settings, names and permissions are on record, chained so that forgery shows.",
    delivery: "built",
  },
  H27: {
    quote: "subscribe to our newsletter or marketing program",
    promise: "Marketing takes two confirmations and ends with one click.",
    delivery: "simulated",
  },
  H28: {
    quote: "you will be asked to allow that device to connect",
    promise: "A voice assistant is off until its owner enables it, with scope and expiry.",
    delivery: "simulated",
  },
  H29: {
    quote: "registration data, usage and diagnostic information",
    promise: "What an assistant sees is shown before as a list, and is exactly that.",
    delivery: "simulated",
  },
  H30: {
    quote: "We do not receive or process audio.",
    promise: "Audio is not collected, and refused.",
    delivery: "absent",
  },
  H31: {
    quote: "Signing and implementing agreements … Product development",
    promise: "Each item is bound to purposes; under another purpose it is not given out.",
    delivery: "built",
  },
  H32: {
    quote: "We never sell or lease your personal data.",
    promise: "Nothing is sold: what leaves is a subset of what is declared.",
    delivery: "built",
  },
  H33: {
    quote: "only on the basis of need to know",
    promise: "Whatever is disclosed stands in a ledger: who, what, when, why.",
    delivery: "built",
  },
  H34: {
    quote: "requirement for the ability to move personal data",
    promise: "A home moves to another hub, encrypted, and arrives equal.",
    delivery: "built",
  },
  H35: {
    quote: "can place servers overseas",
    promise: "A connection without a country and a safeguard does not load.",
    delivery: "built",
  },
  H36: {
    quote: "for as long as it takes to fulfill the purposes",
    promise: "Nothing outlives its retention by more than one sweep.",
    delivery: "built",
  },
  H37: {
    quote: "anonymize or delete that data",
    promise: "At the end of retention data is deleted or anonymised, on record.",
    delivery: "built",
  },
  H38: {
    quote: "data that must be kept for litigation purposes",
    promise: "Data under legal hold is kept, unread, and shown as held.",
    delivery: "built",
  },
  H39: {
    quote: "privacy by default are the guiding factors in our design",
    promise: "In a new hub everything optional is off.",
    delivery: "built",
  },
  H40: {
    quote: "Approve … Contractual relationship … Legal obligations … Protect the essential interests",
    promise: "Every processing has a legal basis, or there is no notice.",
    delivery: "built",
  },
  H41: {
    quote: "reserve the right to withdraw your consent at any time",
    promise: "Withdrawing takes as many steps as agreeing, and works within a second.",
    delivery: "built",
  },
  H42: {
    quote: "information from children under the age of 16",
    promise: "Children are asked for an age band only, and need a guardian.",
    delivery: "built",
  },
  H43: {
    quote: "accurate, complete and up-to-date",
    promise: "People can correct what is held of them, and are asked once a year.",
    delivery: "built",
  },
  H44: {
    quote: "receive their prior approval",
    promise: "Guests and members agree before their presence is known.",
    delivery: "built",
  },
  H45: {
    quote: "certain such products may locally store personal data",
    promise: "Each device says what it stores itself, and is made to forget.",
    delivery: "built",
  },
  H46: {
    quote: "comfortable with these third parties being able to access",
    promise: "Sharing shows first what will be seen, has scope and expiry, and ends at once.",
    delivery: "built",
  },
  H47: {
    quote: "remember to perform a factory reset",
    promise: "A factory reset by app, API or button ends with a certificate.",
    delivery: "built",
  },
  H48: {
    quote: "instructions on how to restore this factory installation",
    promise: "How to reset is readable offline and without signing in.",
    delivery: "built",
  },
  H49: {
    quote: "Opposed to the handling",
    promise: "People can object to processing that rests on legitimate interest.",
    delivery: "built",
  },
  H50: {
    quote: "to disclose information about certain aspects of the processing, and to receive copies",
    promise: "A person gets a copy of all that is theirs and nothing of others.",
    delivery: "built",
  },
  H51: {
    quote: "we will only process your data for storage",
    promise: "Restricted data stays and is not used; lifting is announced first.",
    delivery: "built",
  },
  H52: {
    quote: "structured, commonly used format",
    promise: "An export is structured, has a schema, and can be imported again.",
    delivery: "built",
  },
  H53: {
    quote: "complain before your competent data protection authority",
    promise: "The authority to complain to is looked up offline.",
    delivery: "built",
  },
  H54: {
    quote: "promptly and free of charge, unless it requires disproportionate effort",
    promise: "Rights cost nothing; a refusal has a reason.",
    delivery: "built",
  },
  H55: {
    quote: "ask you to verify your identity before complying",
    promise: "Identity is checked at the level the request needs.",
    delivery: "built",
  },
  H56: {
    quote: "email communications are not always secure",
    promise: "Secrets typed into contact text are flagged before they are kept.",
    delivery: "built",
  },
  H57: {
    quote: "maintain previous versions for your reference",
    promise: "Every earlier notice stays readable and unchanged.",
    delivery: "built",
  },
  H58: {
    quote: "If the changes are significant or have consequences for your rights",
    promise: "A new notice says what changed for you.",
    delivery: "built",
  },
  H59: {
    quote: "If you do not agree with this Privacy Notice, please do not provide",
    promise: "All lighting works with no personal data at all.",
    delivery: "built",
  },
  H60: {
    quote: "(the notice is part English, part Vietnamese)",
    promise: "The notice is whole in English and in Vietnamese.",
    delivery: "built",
  },
  H61: {
    quote: "Data Source … Purpose of processing … Examples of processed data",
    promise: "The notice shows source, purpose and examples of each item.",
    delivery: "built",
  },
  H62: {
    quote: "requiring our service providers to use appropriate measures",
    promise: "A connection without encryption is refused.",
    delivery: "built",
  },
  H63: {
    quote: "affiliates … Professional consultants … parties involved in the company's transactions",
    promise: "There are no affiliates, consultants or transaction parties who receive data.",
    delivery: "absent",
  },
  H64: {
    quote: "Disclosure of data to government entities",
    promise: "Nobody but the owner has keys: an order to an operator finds nothing.",
    delivery: "built",
  },
  A1: {
    quote: "We won't ask you for things like your gender or income level",
    promise: "A field that is not asked for is refused, not dropped.",
    delivery: "built",
  },
  A2: {
    quote: "unless required for the ongoing operation of one of our services",
    promise: "An item goes when the feature that needs it goes.",
    delivery: "built",
  },
  A3: {
    quote: "browser type, language preference, referring site",
    promise: "Browser type, language and referring page are not kept.",
    delivery: "built",
  },
  A4: {
    quote: "Internet Protocol (IP) addresses for logged in users",
    promise: "Client addresses stay in memory, or are hashed under a daily key.",
    delivery: "built",
  },
  A5: {
    quote: "provide a username and an email address",
    promise: "An account works without an e-mail address.",
    delivery: "built",
  },
  A6: {
    quote: "visitors can always refuse to supply personally-identifying information",
    promise: "A guest can use the lamps without any data about them.",
    delivery: "built",
  },
  A7: {
    quote: "may monitor the most popular topic",
    promise: "Counters have a minimum group and coarse time.",
    delivery: "built",
  },
  A8: {
    quote: "username, basic profile information, and friends list",
    promise: "Each scope of an outside account is shown; friends lists are never taken.",
    delivery: "simulated",
  },
  A9: {
    quote: "have agreed not to disclose it to others",
    promise: "Who maintains a home for others acknowledges confidentiality first.",
    delivery: "built",
  },
  A10: {
    quote: "subpoena, court order or other governmental request",
    promise: "A yearly transparency report counts government requests.",
    delivery: "built",
  },
  A11: {
    quote: "keep this type of email to a minimum",
    promise: "Messages of each class have a cap.",
    delivery: "built",
  },
  A12: {
    quote: "we reserve the right to publish it",
    promise: "Requests are never published.",
    delivery: "absent",
  },
  A13: {
    quote: "control the use of cookies at the individual browser level",
    promise: "One strictly necessary cookie at most, and a page that lists all storage.",
    delivery: "built",
  },
  A14: {
    quote: "We honor the Global Privacy Control (GPC) signal",
    promise: "The Global Privacy Control signal turns optional sharing and statistics off.",
    delivery: "built",
  },
  A15: {
    quote: "Standard Contractual Clauses (SCCs)",
    promise: "Transfers stand in a register with their safeguard; there are none by default.",
    delivery: "built",
  },
  A16: {
    quote: "(a) we maintain an ongoing relationship with you",
    promise: "While the relationship lasts data is kept under that phase.",
    delivery: "built",
  },
  A17: {
    quote: "additional two (2) month period following the end",
    promise: "After it, data is held for the limitation period and two months, unread.",
    delivery: "built",
  },
  A18: {
    quote: "such additional periods as are necessary in connection with that claim",
    promise: "A claim holds data until it is closed.",
    delivery: "built",
  },
  A19: {
    quote: "permanently delete or destroy … or anonymize or deidentify",
    promise: "How an item ended is on record.",
    delivery: "built",
  },
  A20: {
    quote: "purposes, categories of data, recipients, retention periods, and security measures",
    promise: "The record of processing has purposes, categories, recipients, retention and security.",
    delivery: "built",
  },
  A21: {
    quote: "the right not to provide your personal data",
    promise: "Nobody has to give data that is optional.",
    delivery: "built",
  },
  A22: {
    quote: "withdrawal does not affect the lawfulness of any processing performed prior",
    promise: "What was done before a withdrawal stays lawful on record.",
    delivery: "built",
  },
  A23: {
    quote: "isolate your relevant personal data from any further processing until the backup",
    promise: "Erasing a person reaches every backup.",
    delivery: "built",
  },
  A24: {
    quote: "where your request requires the establishment of additional facts",
    promise: "A request under investigation keeps its clock.",
    delivery: "built",
  },
  A25: {
    quote: "20 business days … 1 month under GDPR, 45 days under California law",
    promise: "Deadlines follow jurisdiction and calendar.",
    delivery: "built",
  },
  A26: {
    quote: "right to object … direct marketing purposes",
    promise: "Objecting to marketing ends it for good.",
    delivery: "built",
  },
  A27: {
    quote: "lodge a complaint with a data protection authority in your EU member state",
    promise: "The authority of each member state is named.",
    delivery: "built",
  },
  A28: {
    quote: "add the following subject to all correspondence",
    promise: "The notice names contacts, or is not built.",
    delivery: "built",
  },
  A29: {
    quote: "limit the use of sensitive personal data",
    promise: "Sensitive data can be limited to the service itself.",
    delivery: "built",
  },
  A30: {
    quote: "'California Opt-Out' in the subject line",
    promise: "Opting out works by subject line and by button.",
    delivery: "simulated",
  },
  A31: {
    quote: "For each category of personal data … only for the following specific purposes",
    promise: "Each category is read for its own purposes only.",
    delivery: "built",
  },
  A32: {
    quote: "provide transparency about any algorithmic processes upon request",
    promise: "Every automatic change explains itself.",
    delivery: "built",
  },
  A33: {
    quote: "have collected in the preceding 12 months",
    promise: "What was collected and disclosed in twelve months is reported.",
    delivery: "built",
  },
  A34: {
    quote: "home configuration (for our home-related services)",
    promise: "Rooms, groups and scenes count as personal data.",
    delivery: "built",
  },
  A35: {
    quote: "Inferences, including consumer preferences, predispositions",
    promise: "Nothing is inferred about people but what is named.",
    delivery: "built",
  },
  A36: {
    quote: "Account credentials. Payment card information",
    promise: "Credentials are a sensitive class, sealed.",
    delivery: "built",
  },
  A37: {
    quote: "We use encryption to keep your data private while in transit",
    promise: "Every connection off the machine is encrypted by TLS 1.3.",
    delivery: "built",
  },
  A38: {
    quote: "Safe Browsing, Security Checkup, and 2 Step Verification",
    promise: "A check-up page lists weak points; signing in can take two steps.",
    delivery: "built",
  },
  A39: {
    quote: "detect and automatically block security threats",
    promise: "Attacks are slowed, locked out and put in quarantine.",
    delivery: "built",
  },
  A40: {
    quote: "we'll notify you and help guide you",
    promise: "A security notice says what to do next.",
    delivery: "built",
  },
  A41: {
    quote: "strict contractual confidentiality obligations",
    promise: "Confidentiality of others is an acknowledgement, not a contract in code.",
    delivery: "absent",
  },
  A42: {
    quote: "not sell the personal data of individuals we know to be less than 16",
    promise: "Nothing of minors is sold: nothing is sold.",
    delivery: "absent",
  },
  A43: {
    quote: "do not conduct automated processing … legal or similarly significant effects",
    promise: "Automated decisions concern light alone, and are registered.",
    delivery: "built",
  },
  A44: {
    quote: "The categories of personal data sold (if any)",
    promise: "The right-to-know report has its six parts and names recipients.",
    delivery: "built",
  },
  A45: {
    quote: "not receive retaliatory or discriminatory treatment",
    promise: "Using a right changes nothing in the service.",
    delivery: "built",
  },
  A46: {
    quote: "website, device and browser specific",
    promise: "Choices hold per browser and per account, and the page says which.",
    delivery: "built",
  },
  A47: {
    quote: "requester's name and email address, their relationship with Aqara",
    promise: "A request form has four fields and is deleted after closure.",
    delivery: "built",
  },
  A48: {
    quote: "decline or limit your request",
    promise: "Declining takes a code and names the way to appeal.",
    delivery: "built",
  },
  A49: {
    quote: "(i) a valid power of attorney or (ii) a signed letter",
    promise: "An agent needs evidence and the person's own confirmation.",
    delivery: "built",
  },
  A50: {
    quote: "replying to the communication resolving your original request",
    promise: "An appeal is decided by somebody else.",
    delivery: "built",
  },
  A51: {
    quote: "Process data only as instructed by us",
    promise: "A connection reads what it declared and nothing more.",
    delivery: "built",
  },
  A52: {
    quote: "Subcontract only with our written approval",
    promise: "A new host or sub-recipient waits for approval.",
    delivery: "built",
  },
  A53: {
    quote: "any acquirer of Aqara Forum may continue to use",
    promise: "A new owner never opens what was the old owner's.",
    delivery: "built",
  },
  A54: {
    quote: "13 years of age or older … under 16 in the EU/EEA",
    promise: "Ages follow the country, the strictest where unknown.",
    delivery: "built",
  },
  A55: {
    quote: "shall apply from the effective date as set out in the notice",
    promise: "A notice counts from its effective date.",
    delivery: "built",
  },
  A56: {
    quote: "We define a 'material change' as any update that affects",
    promise: "Changes are classed as material or not, exactly.",
    delivery: "built",
  },
  A57: {
    quote: "Historical versions of the policy are available upon request",
    promise: "Old notices are there without asking.",
    delivery: "built",
  },
  A58: {
    quote: "unsubscribes … from any of the applicable' services (minors)",
    promise: "Erasing a minor ends everything that was planned for them.",
    delivery: "built",
  },
  U1: {
    quote: "mobile phone number, email address, data or information synchronized",
    promise: "Phone and e-mail are optional and sealed.",
    delivery: "built",
  },
  U2: {
    quote: "IMEI numbers, IMSI numbers, system versions",
    promise: "IMEI, IMSI and carrier are not collected and refused.",
    delivery: "absent",
  },
  U3: {
    quote: "MAC addresses, DID, device network status (IP/network signal), and firmware versions",
    promise: "The device registry has address, id, status and firmware, sealed.",
    delivery: "built",
  },
  U4: {
    quote: "cell identification codes, region names, latitude and longitude",
    promise: "Of location only rounded coordinates, zone and country; cell ids are refused.",
    delivery: "built",
  },
  U5: {
    quote: "Providing local services without the need to communicate with our servers",
    promise: "Everything works without the internet.",
    delivery: "built",
  },
  U6: {
    quote: "Direct Marketing Promotion",
    promise: "Direct marketing is off until agreed twice.",
    delivery: "simulated",
  },
  U7: {
    quote: "establish a user's personal account and profile page",
    promise: "A profile page shows and corrects all that is held.",
    delivery: "built",
  },
  U8: {
    quote: "use location information to determine the device's time zone",
    promise: "The time zone comes from an offline table.",
    delivery: "built",
  },
  U9: {
    quote: "activating corresponding devices in advance based on your preferences",
    promise: "Lamps can be ready before sunset or arrival.",
    delivery: "built",
  },
  U10: {
    quote: "access device settings at any time or stop using this application to disable",
    promise: "Location can be switched off, per device and for the home.",
    delivery: "built",
  },
  U11: {
    quote: "verify the device's legitimate identity through factory MAC and DID information",
    promise: "Only genuine devices are admitted; clones are refused.",
    delivery: "built",
  },
  U12: {
    quote: "encrypted and stored locally on the device, not uploaded to the server",
    promise: "Wi-Fi credentials are sealed, never returned, and never leave but to a lamp.",
    delivery: "built",
  },
  U13: {
    quote: "You can delete this information from the device at any time.",
    promise: "Wi-Fi data can be deleted alone, for good.",
    delivery: "built",
  },
  U14: {
    quote: "solely used for device configuration",
    promise: "Wi-Fi data is read for setting up devices only.",
    delivery: "built",
  },
  U15: {
    quote: "optimal connectivity method for the device based on IP and network signal",
    promise: "The link of a lamp is chosen by reach and signal, without flapping.",
    delivery: "built",
  },
  U16: {
    quote: "You may remotely view the device's status",
    promise: "Remote view is off by default and sealed end to end.",
    delivery: "built",
  },
  U17: {
    quote: "depending on your privacy authorization scope for that device",
    promise: "Each device has a scope, and what is outside is not stored.",
    delivery: "built",
  },
  U18: {
    quote: "each added device will provide privacy policy-related terms",
    promise: "Each device shows its terms when it is paired.",
    delivery: "built",
  },
  U19: {
    quote: "create personalized automation tasks for you",
    promise: "A device without events in its scope triggers nothing.",
    delivery: "built",
  },
  U20: {
    quote: "We will not sell any personal information to third parties.",
    promise: "Nothing is sold to third parties.",
    delivery: "built",
  },
  U21: {
    quote: "may disclose your personal information without further consent",
    promise: "An official request is registered and finds nothing readable.",
    delivery: "built",
  },
  U22: {
    quote: "two-step verification process for enhanced security",
    promise: "A second step guards export, erasure, sharing and reset.",
    delivery: "built",
  },
  U23: {
    quote: "we ensure encryption using secure socket layer (SSL)",
    promise: "Old TLS versions are refused.",
    delivery: "built",
  },
  U24: {
    quote: "classify your data based on importance and sensitivity",
    promise: "Every item has a class that decides key, retention and redaction.",
    delivery: "built",
  },
  U25: {
    quote: "regularly review information collection, storage, and processing practices",
    promise: "The data map is reviewed yearly, and says when it is overdue.",
    delivery: "built",
  },
  U26: {
    quote: "reporting breach incidents to relevant regulatory authorities",
    promise: "A breach has a register, a 72-hour clock and a draft report.",
    delivery: "built",
  },
  U27: {
    quote: "always log out when the session is complete",
    promise: "One can sign out everywhere; idle sessions end.",
    delivery: "built",
  },
  U28: {
    quote: "if there is any unauthorized use of your account",
    promise: '"This was not me" revokes, rotates and registers in one act.',
    delivery: "built",
  },
  U29: {
    quote: "associate it with specific individuals",
    promise: "Data is cut loose from people when its purpose ends.",
    delivery: "built",
  },
  U30: {
    quote: "archives for public interest, scientific or historical research purposes",
    promise: "There are no research archives.",
    delivery: "absent",
  },
  U31: {
    quote: "certain features on your device, such as Wi-Fi network status",
    promise: "Each permission of a phone can be taken back, and only its function stops.",
    delivery: "built",
  },
  U32: {
    quote: "Turn on or off location access. / Log in or log out",
    promise: "Location and sign-in switches act within a second.",
    delivery: "built",
  },
  U33: {
    quote: "For any additional requests for the same information, we may charge",
    promise: "A second copy is free; repeats are limited, not charged.",
    delivery: "built",
  },
  U34: {
    quote: "request verification of your identity before processing",
    promise: "Identity is verified before a request is done.",
    delivery: "built",
  },
  U35: {
    quote: "notify you before lifting the restriction",
    promise: "Lifting a restriction needs a delivered notice.",
    delivery: "built",
  },
  U36: {
    quote: "not to be subject to a decision based solely on automated processing",
    promise: "A hand on the switch beats any automation.",
    delivery: "built",
  },
  U37: {
    quote: "commonly used structured format and transmit that information",
    promise: "Data can be handed on in a common format.",
    delivery: "built",
  },
  U38: {
    quote: "right to be informed of the appropriate safeguards",
    promise: "Every transfer is listed with its safeguard, or none is.",
    delivery: "built",
  },
  U39: {
    quote: "overseas facilities … to process or back up",
    promise: "Backups are the owner's files; nothing is uploaded.",
    delivery: "built",
  },
  U40: {
    quote: "the third party may read your relevant information",
    promise: "Before an assistant is enabled it is said that others may read.",
    delivery: "simulated",
  },
  U41: {
    quote: "ensure the deletion of such personal information' (minors)",
    promise: "A minor's data is deleted for certain.",
    delivery: "built",
  },
  U42: {
    quote: "the user agreements shall prevail",
    promise: "The notice says which document prevails.",
    delivery: "notice",
  },
  U43: {
    quote: "for new purposes, we will seek your consent again",
    promise: "A new purpose is asked for anew.",
    delivery: "built",
  },
  U44: {
    quote: "you will agree to the terms of each extension program",
    promise: "Each extension asks with its own terms.",
    delivery: "built",
  },
  U45: {
    quote: "establishing data protection impact assessments (DPIA)",
    promise: "The impact assessment is made from the map and never stale.",
    delivery: "built",
  },
  U46: {
    quote: "device firmware/software upgrades",
    promise: "Updates are signed and cannot go back.",
    delivery: "built",
  },
  U47: {
    quote: "explicit consent for the processing of specific categories",
    promise: "Presence and location are agreed to one by one.",
    delivery: "built",
  },
  U48: {
    quote: "all our employees and agents fulfill these obligations",
    promise: "The duty of staff is a sentence of the notice.",
    delivery: "notice",
  },
  Z1: {
    quote: "Each our product or service is subject to its own separate privacy policy",
    promise: "Hub, device types and connections have each their own layer of the notice.",
    delivery: "built",
  },
  Z2: {
    quote: "when you request information about our Services, register for an account",
    promise: "Signing up takes nothing that is not needed.",
    delivery: "built",
  },
  Z3: {
    quote: "Webcast Registration … Surveys … Job Applications … Trade Shows",
    promise: "Webcasts, surveys, applications and trade shows: not collected.",
    delivery: "absent",
  },
  Z4: {
    quote: "Any content you provide on the public sections",
    promise: "A scene that is shared carries no names and ids.",
    delivery: "built",
  },
  Z5: {
    quote: "inferred location based off of your IP address",
    promise: "No location is inferred from an address.",
    delivery: "absent",
  },
  Z6: {
    quote: "cookie identifiers, mobile advertising and other unique identifiers",
    promise: "There are no identifiers for advertising or browsers.",
    delivery: "absent",
  },
  Z7: {
    quote: "pages that you visit before, during and after / links you click",
    promise: "Pages and clicks are not tracked.",
    delivery: "absent",
  },
  Z8: {
    quote: "cookies, pixel tags, local storage, and other technologies",
    promise: "The app loads nothing from elsewhere.",
    delivery: "built",
  },
  Z9: {
    quote: "We may use Google Analytics / opt out",
    promise: "There are no analytics services.",
    delivery: "absent",
  },
  Z10: {
    quote: "information about you from other sources",
    promise: "Every item says where it came from.",
    delivery: "built",
  },
  Z11: {
    quote: "de-identified and/or aggregated information",
    promise: "Aggregates cannot be traced to a person.",
    delivery: "built",
  },
  Z12: {
    quote: "provide information about your friends through our referral services",
    promise: "A guest is invited by link or code, and no address is kept.",
    delivery: "built",
  },
  Z13: {
    quote: "Operationally Necessary … Performance … Functionality … Advertising",
    promise: "Of four classes of storage only the necessary one is used.",
    delivery: "built",
  },
  Z14: {
    quote: "use third party APIs and software development kits",
    promise: "No library opens a connection by itself.",
    delivery: "built",
  },
  Z15: {
    quote: "Mailchimp … Advertising Partners … Business Partners",
    promise: "There are no mailing, advertising or business partners.",
    delivery: "absent",
  },
  Z16: {
    quote: "sold or transferred as part of such a transaction",
    promise: "Data is not part of any sale of the business.",
    delivery: "absent",
  },
  Z17: {
    quote: "transferred, processed, stored anywhere in the world",
    promise: "Data stays on this device.",
    delivery: "absent",
  },
  Z18: {
    quote: "use the unsubscribe link … will not be able to opt out of those",
    promise: "Promotional mail can be stopped; security notices still come.",
    delivery: "built",
  },
  Z19: {
    quote: "we do not respond to or honor DNT signals",
    promise: "Do Not Track is honoured.",
    delivery: "built",
  },
  Z20: {
    quote: "separately opt out in each browser and on each device",
    promise: "One switch opts out in every browser.",
    delivery: "built",
  },
  Z21: {
    quote: "(i) request confirmation … (vii) request erasure",
    promise: "Seven rights start from one page.",
    delivery: "built",
  },
  Z22: {
    quote: "take steps to verify your identity before fulfilling",
    promise: "Identity is verified before a right is exercised.",
    delivery: "built",
  },
  Z23: {
    quote: "remove the means by which the personal information can be associated",
    promise: "What connects data to a person can be removed.",
    delivery: "built",
  },
  Z24: {
    quote: "by posting a notice on the Services, by mail or by sending an email",
    promise: "A breach is told on the app, to people and by mail.",
    delivery: "built",
  },
  Z25: {
    quote: "links to other websites/applications",
    promise: "Links outside are marked and send no referrer.",
    delivery: "built",
  },
  Z26: {
    quote: "delete such information and terminate the child's account",
    promise: "A child's account and data can be ended.",
    delivery: "built",
  },
  Z27: {
    quote: "Collected by Us? Disclosed by Us for a Business Purpose?",
    promise: "The California table has eleven rows, from the map.",
    delivery: "built",
  },
  Z28: {
    quote: "we do not 'sell' personal information / not to receive discriminatory treatment",
    promise: "Nothing is sold, and rights cost nobody anything.",
    delivery: "built",
  },
  Z29: {
    quote: "lodge a complaint with a supervisory authority",
    promise: "The supervisory authority is named.",
    delivery: "built",
  },
  Z30: {
    quote: "deemed to have accepted the updated Privacy Notice if you continue",
    promise: "Silence is not consent to a new notice.",
    delivery: "built",
  },
  Z31: {
    quote: "Effective Date: December 10, 2021",
    promise: "Every notice carries its effective date.",
    delivery: "built",
  },
  Z32: {
    quote: "Authenticating and verifying individual identities / Carrying out audits",
    promise: "Signing in and audits are done at home.",
    delivery: "built",
  },
  D1: {
    quote: "When you register a developer account",
    promise: "A developer registers a key and a label.",
    delivery: "built",
  },
  D2: {
    quote: "resources you apply for and interface information",
    promise: "A developer applies for resources; the owner approves each.",
    delivery: "built",
  },
  D3: {
    quote: "resource assessment message",
    promise: "An application is pending, approved or refused with a reason.",
    delivery: "built",
  },
  D4: {
    quote: "device version, model name, device record",
    promise: "A developer sees models and versions, no names.",
    delivery: "built",
  },
  D5: {
    quote: "IP address, URL of visited service, downloads … date and time",
    promise: "Each token has an access log without addresses and queries.",
    delivery: "built",
  },
  D6: {
    quote: "complete real name verification",
    promise: "No real name is verified.",
    delivery: "absent",
  },
  D7: {
    quote: "fraud monitoring, storage and backup purposes",
    promise: "Fraud is watched for at home.",
    delivery: "built",
  },
  D8: {
    quote: "use the personal or corporate data you provide to contact you, and a record",
    promise: "Feedback has a record that can be deleted.",
    delivery: "built",
  },
  D9: {
    quote: "number of personal or corporate developers",
    promise: "Developers are only counted.",
    delivery: "built",
  },
  D10: {
    quote: "After receiving your clear permission, we will share",
    promise: "Sharing takes a clear permission.",
    delivery: "built",
  },
  D11: {
    quote: "encryption, de-identification technology, anonymization processing",
    promise: "Data is encrypted, redacted and anonymised.",
    delivery: "built",
  },
  D12: {
    quote: "highest level of security' by classification",
    promise: "The most sensitive class is guarded most.",
    delivery: "built",
  },
  D13: {
    quote: "the basic situation and possible impact … disposal measures … suggestions … remedies",
    promise: "An incident notice has its five parts or is not sent.",
    delivery: "built",
  },
  D14: {
    quote: "email, letter, telephone, push notification … release the announcement",
    promise: "Who cannot be reached is told by a banner.",
    delivery: "simulated",
  },
  D15: {
    quote: "ISO/IEC 27001:2013",
    promise: "No certificate is claimed that nobody gave.",
    delivery: "absent",
  },
  D16: {
    quote: "use complex passwords",
    promise: "Passwords are long and not common.",
    delivery: "built",
  },
  D17: {
    quote: "account or password is leaked, please contact us immediately",
    promise: "A leaked credential is revoked within a second.",
    delivery: "built",
  },
  D18: {
    quote: "delete the account after your session",
    promise: "On a public terminal nothing is left.",
    delivery: "built",
  },
  D19: {
    quote: "regularly update your password",
    promise: "Passwords are easy to change, and their age is shown.",
    delivery: "built",
  },
  D20: {
    quote: "anyone under 14 years old to be a child / verifiable parental consent",
    promise: "A child needs a guardian who confirms.",
    delivery: "built",
  },
  D21: {
    quote: "Without your explicit consent, we will not reduce your rights",
    promise: "No notice reduces a right without consent.",
    delivery: "built",
  },
  D22: {
    quote: "respond within 15 business days",
    promise: "Requests of developers have their deadline.",
    delivery: "built",
  },
  D23: {
    quote: "the key content has been bolded",
    promise: "The notice begins with a summary of one screen.",
    delivery: "built",
  },
  D24: {
    quote: "fully understand the information collection and use rules, and then choose",
    promise: "The notice can be read before anything is entered.",
    delivery: "built",
  },
  D25: {
    quote: "not applicable to third party provided products",
    promise: "Products of others ask with their own terms.",
    delivery: "built",
  },
  D26: {
    quote: "filing a lawsuit with a court of competent jurisdiction",
    promise: "Which court decides is a sentence of the notice.",
    delivery: "notice",
  },
} as const satisfies Readonly<Record<string, Requirement>>;
