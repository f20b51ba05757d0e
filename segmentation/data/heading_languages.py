"""Headings of the common columns in languages beyond those of western Europe, as data.

A new word is one word more in its line. Words are compared as in `word_key`: without capitals and accents.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from segmentation.core.text import word_key

__all__ = ["CUSTOMER_NUMBERS", "further_names", "says_customer"]

# Russian, Ukrainian, Bulgarian; Greek; Japanese; Chinese; Korean; Turkish; Hungarian; Polish; Czech and Slovak;
# Romanian; the languages of the north.
CUSTOMER_NUMBERS = (
    "id клиента", "клиент id", "код клиента", "номер клиента", "клиентский номер", "id покупателя",
    "код покупателя",
    "id пользователя", "номер на клиент", "клиентски номер", "код на клиент", "код клієнта", "номер клієнта",
    "id клієнта", "код контрагента", "номер карты", "номер карты клиента", "лицевой счет",
    "κωδικός πελάτη", "αριθμός πελάτη", "id πελάτη", "κωδ πελάτη", "αρ πελάτη",
    "顧客id", "顧客番号", "顧客コード", "会員番号", "会員id", "お客様番号", "得意先コード", "ユーザーid", "顧客no",
    "客户id", "客户编号", "客户号", "客户代码", "客戶編號", "客戶id", "会员编号", "会员号", "会员id", "用户id",
    "用户编号",
    "顾客编号", "買家id", "买家id", "會員編號",
    "고객번호", "고객 번호", "고객id", "고객 id", "고객코드", "회원번호", "회원 번호", "회원id", "사용자id",
    "müşteri no", "müşteri id", "müşteri numarası", "müşteri kodu", "müşterino", "cari kodu", "cari kod", "üye no",
    "üye numarası", "abone no", "kullanıcı id",
    "vevőkód", "vevő kód", "vevő kódja", "vevő azonosító", "vevőazonosító", "vevőszám", "ügyfélszám", "ügyfélkód",
    "ügyfél azonosító", "ügyfélazonosító", "vásárló azonosító", "vásárlói azonosító", "partnerkód", "törzsszám",
    "id klienta", "nr klienta", "numer klienta", "kod klienta", "identyfikator klienta", "kod kontrahenta",
    "nr kontrahenta", "id kontrahenta", "id użytkownika", "nr karty", "numer karty",
    "číslo zákazníka", "id zákazníka", "kód zákazníka", "zákaznické číslo", "číslo klienta", "id klienta",
    "kód klienta", "číslo odběratele", "id používateľa", "id uživatele",
    "cod client", "id client", "număr client", "nr client", "cod client nr",
    "asiakasnumero", "asiakas id", "asiakasnro", "kundenummer", "kundenr", "kundeid", "medlemsnummer", "medlemsnr",
    "broj kupca", "šifra kupca", "šifra stranke", "številka stranke",
)  # fmt: skip
"""Headings that say by themselves that the column numbers customers."""

_CUSTOMERS = (
    "клиент", "покупатель", "заказчик", "контрагент", "клієнт", "покупець", "купувач", "пользователь",
    "πελάτης", "πελάτες", "αγοραστής",
    "顧客", "得意先", "会員", "お客様", "客户", "客戶", "顾客", "会员", "會員", "买家", "고객", "회원", "구매자",
    "müşteri", "alıcı", "üye", "cari", "vevő", "ügyfél", "vásárló", "kontrahent", "nabywca", "klienci", "zákazník",
    "odběratel", "odberateľ", "klient", "cumpărător", "client", "asiakas", "kupac", "stranka", "kunde", "medlem",
)  # fmt: skip

# The addresses of customers, by which many a shop tells them apart.
_ADDRESSES = (
    "e mail adresse", "email adresse", "kunden e mail", "kunden email", "absender e mail adresse", "adresse e mail",
    "adresse email", "courriel", "e mail client", "email client", "adresse email de l expediteur",
    "correo", "correo electronico", "correo electronico del cliente", "correo electronico del remitente",
    "email del cliente", "email cliente", "e mail cliente", "indirizzo email", "indirizzo e mail",
    "indirizzo email mittente", "endereco de email", "endereco de email do remetente", "email do cliente",
    "e mailadres", "emailadres", "e mailadres afzender", "e mail klant", "adres e mail", "adres email", "eposta",
    "e posta", "e posta adresi", "e mailova adresa", "emailova adresa", "e mail cim", "email cim", "epost",
    "e postadress", "sahkoposti", "эл почта", "электронная почта", "почта", "メールアドレス", "メール", "邮箱",
    "电子邮箱", "電子郵件", "이메일", "correo del cliente", "mailadresse", "billing email", "buyer user id",
    "buyer username", "bill to email", "contact email", "shipping email", "payer email",
)  # fmt: skip

_NAMES: dict[str, tuple[str, ...]] = {
    "customer": (*CUSTOMER_NUMBERS, *_CUSTOMERS, *_ADDRESSES, "käufer", "besteller", "auftraggeber", "kundenkonto",
                 "acheteur", "compte client", "n client", "no client", "comprador", "id comprador", "acquirente",
                 "comprador id", "utente", "usuario", "utilizador", "utilisateur", "gebruiker", "koper", "lid",
                 "lidnummer", "debiteur", "debiteurnummer", "n cliente", "numero do cliente", "codigo cliente",
                 "codigo de cliente", "codigo do cliente", "cod cliente", "nif cliente", "nombre cliente"),
    "date": (
        "bestellt am", "gekauft am", "bestellzeitpunkt", "zeitpunkt", "verkaufsdatum", "wertstellung", "valuta datum",
        "date d achat", "date de commande", "date de la commande", "date de facture", "date de vente", "date operation",
        "date de paiement", "jour", "fecha de compra", "fecha de pedido", "fecha pedido", "fecha del pedido",
        "fecha factura", "fecha de factura", "fecha operacion", "fecha venta", "fecha de venta", "fecha de pago",
        "data ordine", "data vendita", "data operazione", "data da compra", "data do pedido", "data pedido",
        "data da venda", "data venda", "data compra", "data da fatura", "data de pagamento", "besteldatum",
        "orderdatum", "factuurdatum", "aankoopdatum", "transactiedatum", "datum aankoop", "verkoopdatum",
        "дата", "дата заказа", "дата покупки", "дата продажи", "дата операции", "дата платежа", "дата документа",
        "дата замовлення", "дата на поръчка", "ημερομηνία", "ημερομηνία παραγγελίας", "ημερομηνία αγοράς", "ημ νία",
        "日付", "注文日", "購入日", "取引日", "売上日", "注文日時", "受注日", "购买日期", "日期", "订单日期",
        "交易日期",
        "下单时间", "交易时间", "訂單日期", "下單日期", "날짜", "주문일", "주문일자", "구매일", "거래일",
        "거래일자",
        "tarih", "sipariş tarihi", "fatura tarihi", "işlem tarihi", "satış tarihi", "alışveriş tarihi",
        "dátum", "rendelés dátuma", "rendelési dátum", "vásárlás dátuma", "számla kelte", "teljesítés dátuma",
        "kelt",
        "data zamówienia", "data zakupu", "data sprzedaży", "data transakcji", "data faktury", "data wystawienia",
        "datum objednávky", "datum nákupu", "datum prodeje", "datum vystavení", "dátum objednávky", "dátum nákupu",
        "data comenzii", "data comanda", "data facturii", "päivämäärä", "tilauspäivä", "ostopäivä", "orderdatum",
        "köpdatum", "fakturadatum", "ordredato", "fakturadato", "dato", "datum narudžbe", "datum naročila",
    ),
    "amount": (
        "gesamtsumme", "summe", "endbetrag", "rechnungssumme", "warenwert", "bestellwert", "zahlbetrag", "brutto",
        "betrag eur", "betrag in eur", "umsatz eur", "gesamt", "verkaufspreis gesamt", "zeilensumme",
        "total paye", "total ttc", "montant ttc", "montant paye", "montant total",
        "total commande", "chiffre d affaires", "ca", "importe pagado", "importe bruto", "bruto",
        "total pagado", "total pedido", "monto", "monto total", "suma total", "ventas", "totale", "totale ordine",
        "importo totale", "importo pagato", "totale fattura", "valore", "lordo", "fatturato", "total pago",
        "valor pago", "valor bruto", "valor da venda", "valor liquido", "montante", "totaal", "totaalbedrag",
        "totaal bedrag", "orderbedrag", "omzet", "factuurbedrag", "betaald bedrag", "eindbedrag", "total paid",
        "amount paid", "paid amount", "order total inc tax", "order total ex tax", "grand total base", "item total",
        "net total", "gross sales", "net sales", "сумма", "сумма заказа", "сумма покупки", "сумма платежа",
        "стоимость", "выручка", "оплачено", "сума",
        "вартість", "стойност", "ποσό", "σύνολο", "αξία", "αξία παραγγελίας",
        "金額", "合計", "合計金額", "売上", "売上金額", "購入金額", "注文金額", "税込金額", "金额", "总额",
        "总金额", "订单金额",
        "销售额", "消费金额", "實付金額", "总价", "總金額", "금액", "총액", "결제금액", "주문금액", "매출",
        "매출액",
        "tutar", "toplam", "toplam tutar", "genel toplam", "sipariş tutarı", "ciro", "tutarı",
        "összeg", "végösszeg", "bruttó", "bruttó összeg", "nettó összeg", "érték", "fizetett összeg",
        "kwota", "wartość", "suma", "wartość brutto", "wartość netto", "kwota brutto", "wartość zamówienia",
        "částka", "celkem", "celková částka", "cena celkem", "tržba", "suma celkom", "čiastka",
        "valoare", "valoare totală", "sumă", "summa", "yhteensä", "beløp", "beløb", "iznos", "znesek",
        "total ht", "montant ht", "importe neto", "subtotal",
    ),
    "quantity": (
        "количество", "кол во", "кількість", "ποσότητα", "数量", "個数", "數量", "수량", "miktar", "adet",
        "mennyiség",
        "darab", "darabszám", "db", "ilość", "liczba sztuk", "množství", "počet kusů", "počet", "množstvo",
        "cantitate", "määrä", "antal", "antall", "količina",
    ),
    "price": (
        "цена", "цена за единицу", "ціна", "τιμή", "τιμή μονάδας", "単価", "价格", "单价", "單價", "단가", "가격",
        "fiyat", "birim fiyat", "birim fiyatı", "egységár", "ár", "cena", "cena jednostkowa", "jednotková cena",
        "cena za kus", "preț", "preț unitar", "hinta", "yksikköhinta", "styckpris", "stykpris", "enhetspris",
    ),
    "invoice": (
        "bestellung", "bestell id", "bestell nr", "auftragsnr", "auftrags nr", "bon", "bonnummer", "bon nr",
        "kassenbon", "reference", "reference commande", "n commande", "no commande", "n facture", "no facture",
        "numero de facture", "ticket", "numero ticket", "n ticket", "id commande", "n pedido", "no pedido",
        "id pedido", "numero de factura", "n factura", "num factura", "num pedido", "albaran", "n ordine",
        "id ordine", "scontrino", "n fattura", "numero do pedido", "n fatura", "no fatura", "numero da fatura",
        "encomenda id", "numero de encomenda", "bestelling", "bestel id", "ordernr", "factuurnr", "bonnr", "kassabon",
        "номер заказа", "заказ", "номер чека", "чек", "номер счета", "счет", "накладная", "номер документа",
        "замовлення", "номер замовлення", "номер на поръчка", "παραγγελία", "αριθμός παραγγελίας", "τιμολόγιο",
        "αριθμός τιμολογίου", "注文番号", "注文id", "伝票番号", "請求書番号", "受注番号", "订单号", "订单编号",
        "訂單編號",
        "订单id", "发票号", "주문번호", "송장번호", "sipariş no", "sipariş", "sipariş numarası", "fatura no",
        "fatura numarası", "fiş no", "számlaszám", "számla száma", "számla", "rendelésszám", "rendelés száma",
        "rendelés", "bizonylatszám", "nr zamówienia", "numer zamówienia", "zamówienie", "nr faktury",
        "numer faktury",
        "faktura", "paragon", "nr paragonu", "číslo objednávky", "objednávka", "číslo faktury", "číslo dokladu",
        "doklad", "comandă", "nr comandă", "număr comandă", "tilausnumero", "tilaus", "ordernr", "ordrenummer",
    ),
    "product": (
        "товар", "артикул", "продукт", "наименование", "προϊόν", "κωδικός προϊόντος", "είδος", "商品", "商品コード",
        "商品名", "品番", "商品编号", "产品", "商品编码", "상품", "상품코드", "상품명", "ürün", "ürün kodu",
        "stok kodu",
        "ürün adı", "termék", "cikkszám", "terméknév", "produkt", "towar", "kod produktu", "nazwa produktu",
        "zboží",
        "kód zboží", "název zboží", "tovar", "produs", "cod produs", "tuote", "vare", "proizvod",
    ),
    "status": (
        "статус", "статус заказа", "статус оплаты", "статус платежа", "состояние", "стан", "κατάσταση",
        "κατάσταση παραγγελίας", "ステータス", "状態", "注文状況", "支払状況", "状态", "订单状态", "支付状态",
        "狀態", "訂單狀態",
        "상태", "주문상태", "결제상태", "durum", "sipariş durumu", "ödeme durumu", "állapot", "státusz",
        "fizetési állapot", "rendelés állapota", "status zamówienia", "status płatności", "stan", "stav",
        "stav objednávky", "stav platby", "stare", "stare comandă", "tila", "tilauksen tila",
    ),
    "type": (
        "тип", "вид операции", "тип операции", "τύπος", "種別", "取引種別", "类型", "交易类型", "유형",
        "거래유형", "tür",
        "işlem türü", "típus", "bizonylat típusa", "rodzaj", "typ transakcji", "typ dokumentu", "druh",
        "typ dokladu",
    ),
    "currency": (
        "валюта", "νόμισμα", "通貨", "币种", "货币", "幣別", "통화", "para birimi", "döviz", "döviz cinsi",
        "pénznem",
        "deviza", "devizanem", "waluta", "měna", "mena", "monedă", "valuutta",
    ),
    "refunded": (
        "erstattet", "ruckerstattet", "erstattungssumme", "ruckerstattung", "gutgeschrieben", "rembourse",
        "total rembourse", "remboursement", "montant du remboursement", "reembolsado", "reembolso", "importe devuelto",
        "total reembolsado", "devuelto", "rimborsato", "rimborso", "totale rimborsato", "importo rimborso",
        "valor estornado", "valor do reembolso", "estorno", "terugbetaald", "terugbetaling", "terugbetaald totaal",
        "zwrot", "kwota zwrotu", "zwrocono", "vraceno", "visszaterites", "iade tutari", "iade", "возврат",
        "сумма возврата", "возвращено", "返金額", "返金", "退款金额", "退款", "환불금액", "refunds",
        "refund total", "amount refunded total", "returned value",
    ),
    "cancelled": (
        "stornierung", "cancelado", "cancelada el", "annullato il", "geannuleerd", "annule", "date annulation",
        "fecha de cancelacion", "data cancelamento", "anulowano", "iptal tarihi", "дата отмены", "キャンセル日",
        "取消时间",
    ),
    "country": (
        "страна", "країна", "χώρα", "国", "国家", "國家", "국가", "ülke", "ország", "kraj", "země", "krajina",
        "țară",
        "maa", "země zákazníka",
    ),
}  # fmt: skip


@cache
def further_names(column: str) -> Mapping[str, int]:
    """Column of a list of purchases → its names in these languages, as `word_key` writes them, the best first."""
    return {name: at for at, name in reversed(list(enumerate(map(word_key, _NAMES.get(column, ())))))}


@cache
def says_customer(heading: str) -> str:
    """Whether a heading names customers: "number" (their id), "name" (the bare word), "" for neither."""
    key = word_key(heading)
    if key in frozenset(map(word_key, CUSTOMER_NUMBERS)):
        return "number"
    return "name" if key in further_names("customer") else ""
