"""The words synthetic data is made of: what people in factories write about, in English and Arabic."""

from __future__ import annotations


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


MACHINES = (
    "screw compressor",
    "CNC lathe",
    "blow-moulding machine",
    "injection press",
    "cup filler",
    "palletiser",
    "hardening furnace",
    "centreless grinder",
    "press brake",
    "packing line",
    "extruder",
    "chiller",
    "robot cell",
    "laser cutter",
    "boiler",
    "conveyor",
    "labeller",
    "test bench",
    "dust collector",
    "welding cell",
)
PARTS = (
    "6ES7 314-1AG14",
    "6ES7 315-2EH14",
    "MICROMASTER 440",
    "TSX 47",
    "1756-L61",
    "FX3U-64M",
    "ATV320",
    "22-F40",
    "ET 200M",
    "Fanuc 0i-TF",
    "SKF 6204",
    "SMC VQ1000",
    "IFM VVB001",
    "Balluff BES",
    "PT100",
    "S7-1500",
    "CJ2M",
    "ACS580",
)
FAULTS = (
    "trips on overcurrent",
    "goes to STOP",
    "loses its reference",
    "runs hot after lunch",
    "drops the network",
    "vibrates at full load",
    "counts twice",
    "leaks at the coupling",
    "drifts by some micrometres",
    "stands for two minutes each hour",
    "shows a bearing fault",
    "stops without an alarm",
    "makes scrap on Mondays",
    "draws more power than last year",
)
ACTIONS = (
    "changed the sensor",
    "tightened every terminal",
    "logged the pressure for a week",
    "moved the cable away from the drive",
    "cleaned the filter",
    "doubled the ramp",
    "replaced the bearing",
    "updated the firmware",
    "measured at equal load",
    "asked the night shift",
    "put a timer on it",
    "compared it with the machine beside it",
    "lowered the setpoint step by step",
    "swapped the card",
)
SUBJECTS = (
    "OEE",
    "scrap",
    "compressed air",
    "vibration",
    "changeover",
    "downtime",
    "energy",
    "predictive maintenance",
    "MQTT",
    "OPC UA",
    "stop reasons",
    "calibration",
    "heat recovery",
    "machine vision",
    "spare parts",
    "training",
    "traceability",
    "barcode scanning",
)
TAGS = _each(
    """
    plc oee scrap vibration compressor sensors energy mqtt opc-ua drive spindle cooling hydraulics pneumatics
    robot vision calibration traceability maintenance lubrication bearings motor inverter s7-300 modicon fanuc
    welding packaging drying steam heat-recovery safety training shifts changeover smed 5s spare-parts erp
    barcode
    """
)
TITLES = (
    "{machine} {fault}: where would you look first?",
    "{part} {fault} since the last service",
    "Has anybody measured {subject} on a {machine}?",
    "How do you set limits for {subject} on a {machine}?",
    "{subject} with {part}: worth the money?",
    "Our {machine} {fault}, but only in the afternoon",
    "What does {subject} cost you per {machine}?",
    "Replacing {part} on a {machine} without a week of downtime",
)
SENTENCES = (
    "Our {machine} {fault} about {n} times a week.",
    "We {action} and it got better for {n} days.",
    "The {part} is from 2009 and has never given trouble before.",
    "Look at {subject} first: on our {machine} it explained {n} percent of it.",
    "Before you buy anything, measure for {n} shifts and write it down.",
    "We had the same with a {part}; in the end we {action}.",
    "It {fault} when the {machine} beside it starts.",
    "The supplier says {n} mm/s is normal, which I do not believe.",
    "After we {action}, {subject} went down by {n} percent.",
    "Which {part} do you use, and at what load?",
    "I would not trust the display of the {machine}; ours was wrong by {n} percent.",
    "The night shift {action} and told nobody until Monday.",
    "A spare {part} costs {n}0 EUR here and takes three weeks.",
    "With {subject} the first {n} percent are easy and the rest is patience.",
    "Thank you, that was it: somebody {action} and forgot the setpoint.",
    "Compare it at the same load, otherwise {subject} tells you nothing.",
    "Our {machine} has run {n} months since then without a stop.",
    "Put the sensor on metal, not on the cover, and give the {part} {n} minutes.",
)
ARABIC_MACHINES = (
    "ضاغط الهواء",
    "ماكينة النفخ",
    "خط التعبئة",
    "مكبس الحقن",
    "المخرطة",
    "الغلاية",
    "السير الناقل",
    "برج التبريد",
)
ARABIC_FAULTS = (
    "يتوقف دون إنذار",
    "يستهلك كهرباء أكثر من العام الماضي",
    "يهتز عند الحمل الكامل",
    "ترتفع حرارته بعد الظهر",
    "يسرّب عند الوصلة",
    "ينتج هدرًا صباح السبت",
)
ARABIC_SUBJECTS = ("الصيانة التنبؤية", "خفض الهدر", "توفير الطاقة", "قياس الاهتزاز", "زمن التبديل", "جودة المنتج")
ARABIC_TITLES = (
    "{machine} {fault}: من أين نبدأ الفحص؟",
    "هل جرّب أحد {subject} على {machine}؟",
    "{part} مع {machine}: هل يستحق التكلفة؟",
)
ARABIC_SENTENCES = (
    "عندنا {machine} {fault} حوالي {n} مرات في الأسبوع.",
    "ابدأ بالقياس قبل الشراء، وسجّل النتائج لمدة {n} ورديات.",
    "حدث عندنا الشيء نفسه مع {part} وكان السبب بسيطًا.",
    "بعد {subject} انخفض التوقف بنسبة {n} بالمئة.",
    "قارن القراءات عند الحمل نفسه وإلا فلن تفيدك {subject}.",
    "شكرًا لك، كانت المشكلة في الوصلة القديمة.",
    "تكلفة {part} عندنا حوالي {n} آلاف جنيه وتصل خلال شهر.",
)
COMPANY_PLACES = _each(
    """
    Alder Amber Ardent Baltic Beacon Birch Bright Canal Cedar Clear Copper Coral Delta Dune East Elm Ember
    Falcon Fern Gable Granite Harbour Hazel Heron Hill Inland Iron Ivory Juniper Lake Laurel Linden Maple Marsh
    Meadow Mill North Oak Olive Orchard Pearl Pine Quarry Rapid Ridge River Rowan Sable Saffron Silver South
    Stone Summit Tamarind Tide Upland Valley West Willow
    """
)
COMPANY_TRADES = _each(
    """
    Castings Turning Packaging Dairy Foods Furniture Textiles Pumps Valves Plastics Mouldings Springs Gears
    Ceramics Glass Paper Labels Electronics Cables Tools
    """
)
FIRST_NAMES = _each(
    """
    Ada Aisha Amal Ana Anders Arjun Ben Bianca Carlos Chen Dina Diego Elena Emil Fatima Farid Grace Gustav Hana
    Hassan Ines Ivan Jana Jorge Kamal Katrin Laila Lars Lina Luis Mai Marco Mina Nadia Nils Olga Omar Paula
    Priya Rafael Rana Rosa Sami Sara Tariq Tomas Ulla Victor Wei Yara Youssef Zeynep
    """
)
LAST_NAMES = _each(
    """
    Abbas Almeida Andersen Bakr Berg Bianchi Costa Dahl Demir Dubois Eriksen Fischer Garcia Haddad Hansen
    Hussein Ito Jansen Kaya Khalil Kim Kovacs Kowalski Kumar Lang Lopez Mansour Martin Meyer Moreau Nagy Nasser
    Novak Nowak Okafor Olsen Patel Pereira Popescu Rahman Reddy Rossi Saleh Santos Schmidt Silva Singh Tanaka
    Urban Vidal Wagner Yilmaz
    """
)
JOBS = (
    "Maintenance engineer",
    "Plant manager",
    "Quality engineer",
    "Automation technician",
    "Operations manager",
    "Owner",
    "Process engineer",
    "Shift leader",
    "Energy manager",
)
PLACES = (
    ("DE", "Leipzig"),
    ("EG", "Cairo"),
    ("JO", "Amman"),
    ("FR", "Lyon"),
    ("IN", "Pune"),
    ("TR", "Bursa"),
    ("PL", "Poznan"),
    ("IT", "Brescia"),
    ("ES", "Bilbao"),
    ("SA", "Dammam"),
    ("BR", "Joinville"),
    ("MX", "Puebla"),
    ("MA", "Tangier"),
    ("SE", "Gothenburg"),
    ("KE", "Nairobi"),
    ("VN", "Hai Phong"),
)
TECHNOLOGIES = (
    "PLC",
    "Vibration sensor",
    "MQTT",
    "OPC UA",
    "Machine vision",
    "Cobot",
    "Air gauge",
    "Heat exchanger",
    "SMED",
    "Energy monitoring",
    "LoRaWAN",
    "Barcode",
    "MES",
    "Variable-speed drive",
    "Digital twin",
)
OUTCOMES = (
    ("Scrap rate", "%", (3.0, 9.0), (0.4, 0.8)),
    ("Unplanned downtime", "h per month", (8.0, 40.0), (0.2, 0.7)),
    ("OEE", "%", (42.0, 65.0), (1.1, 1.4)),
    ("Energy consumption", "MWh per year", (200.0, 2400.0), (0.6, 0.9)),
    ("Changeover time", "min", (35.0, 120.0), (0.3, 0.6)),
    ("Customer complaints", "per quarter", (6.0, 30.0), (0.1, 0.6)),
    ("Throughput", "parts per hour", (200.0, 4000.0), (1.05, 1.4)),
)
