"""Words of a status or type in further languages: the table of `status_words` goes on here.

Polish, Czech and Slovak, Hungarian, Romanian; Turkish; Russian and Ukrainian; Greek; Danish, Norwegian, Swedish,
Finnish; Japanese; Chinese. Words are compared as in `word_key`, so capitals and accents do not matter.
"""

from __future__ import annotations

__all__ = ["FURTHER_WORDS"]

FURTHER_WORDS: dict[str, tuple[str, ...]] = {
    "paid": (
        "opłacone", "opłacony", "opłacona", "zapłacone", "zapłacono", "zakończone", "zrealizowane", "zrealizowano",
        "dostarczone", "zaplaceno", "zaplacená", "zaplacené", "uhrazeno", "uhradené", "dokončeno", "dokončená",
        "doručeno", "vyřízeno", "vybavená", "fizetve", "kifizetve", "kifizetett", "teljesítve", "teljesült",
        "befejezett", "sikeres", "kézbesítve", "lezárt", "plătit", "plătită", "finalizată", "finalizat", "livrat",
        "livrată", "încasat", "ödendi", "tamamlandı", "tahsil edildi", "onaylandı", "teslim edildi", "başarılı",
        "оплачен", "оплачено", "оплачена", "оплаченный", "выполнен", "выполнено", "завершен", "завершено",
        "доставлен",
        "доставлено", "успешно", "проведен", "сплачено", "виконано", "завершено успешно",
        "πληρωμένη", "πληρωμένο", "πληρώθηκε", "εξοφλημένο", "εξοφλήθηκε", "ολοκληρώθηκε", "ολοκληρωμένη",
        "παραδόθηκε", "betalt", "betald", "gennemført", "fullført", "genomförd", "slutförd", "levereret", "levert",
        "levererad", "maksettu", "valmis", "toimitettu", "支払済み", "支払い済み", "支払済", "入金済み",
        "入金済", "完了",
        "決済完了", "配送済み", "已支付", "已付款", "已完成", "交易成功", "付款成功", "已签收", "完成", "已付",
        "결제완료", "결제 완료",
        "완료", "배송완료", "구매확정",
    ),
    "billed": (
        "nieopłacone", "nieopłacony", "wysłane", "wysłano", "w realizacji", "nezaplaceno", "neuhrazeno", "odesláno",
        "po splatnosti", "kifizetetlen", "lejárt", "kiszámlázva", "feldolgozás alatt", "elküldve", "neplătit",
        "expediat", "expediată", "scadent", "ödenmedi", "gönderildi", "kargoda", "kargoya verildi", "hazırlanıyor",
        "не оплачен", "не оплачено", "отправлен", "отправлено", "в обработке", "просрочен", "в доставке",
        "απλήρωτο",
        "εστάλη", "σε επεξεργασία", "sendt", "skickad", "ubetalt", "obetald", "forfalden", "lähetetty",
        "maksamatta",
        "発送済み", "出荷済み", "未払い", "処理中", "已发货", "待收货", "未付款", "处理中", "배송중", "미결제",
    ),
    "part refunded": (
        "częściowo zwrócone", "zwrot częściowy", "částečně vráceno", "részben visszatérítve", "rambursat parțial",
        "kısmen iade edildi", "kısmi iade", "частично возвращен", "частичный возврат", "частично возвращено",
        "μερική επιστροφή", "delvist refunderet", "delvis refundert", "delvis återbetald", "osittain hyvitetty",
        "一部返金", "部分返金", "部分退款", "부분환불", "부분 환불",
    ),
    "refunded": (
        "zwrócone", "zwrócono", "zwrócona", "vráceno", "refundováno", "vrátené", "visszatérítve", "visszafizetve",
        "rambursat", "rambursată", "returnat", "iade edildi", "geri ödendi", "возвращен", "возвращено",
        "возвращена",
        "повернено", "επιστράφηκε", "επιστροφή χρημάτων", "refunderet", "refundert", "återbetald", "hyvitetty",
        "palautettu", "返金済み", "返金済", "返品済み", "已退款", "退款成功", "退款完成", "환불완료",
        "환불 완료", "환불",
    ),
    "void": (
        "anulowane", "anulowano", "anulowany", "anulowana", "zrušeno", "zrušená", "zrušené", "stornováno",
        "törölve",
        "törölt", "sztornó", "sztornózva", "visszavonva", "lemondva", "anulat", "anulată", "iptal", "iptal edildi",
        "отменен", "отменено", "отменена", "аннулирован", "скасовано", "ακυρώθηκε", "ακυρωμένη", "ακυρωμένο",
        "annulleret",
        "kansellert", "avbruten", "annullerad", "avbrutt", "peruttu", "peruutettu", "キャンセル",
        "キャンセル済み", "取消",
        "已取消", "已关闭", "交易关闭", "작废", "已作废", "取り消し", "취소", "취소완료", "주문취소",
    ),
    "failed": (
        "nieudane", "nieudana", "odrzucone", "odrzucono", "błąd", "selhalo", "neúspěšná", "zamítnuto", "odmietnuté",
        "sikertelen", "elutasítva", "visszautasítva", "hibás", "eșuat", "eșuată", "respins", "respinsă",
        "başarısız",
        "reddedildi", "hata", "не прошел", "отклонен", "отклонено", "ошибка", "неуспешно", "відхилено", "απέτυχε",
        "απορρίφθηκε", "mislykket", "mislyktes", "misslyckad", "misslyckades", "nekad", "avvist", "afvist",
        "epäonnistui", "hylätty", "失敗", "支払い失敗", "拒否", "失败", "支付失败", "已拒绝", "실패", "결제실패",
    ),
    "pending": (
        "oczekujące", "oczekuje", "w toku", "oczekuje na płatność", "niezakończone", "čeká na platbu", "čekající",
        "probíhá", "čaká na platbu", "függőben", "függő", "folyamatban", "fizetésre vár", "în așteptare", "în curs",
        "beklemede", "ödeme bekleniyor", "bekliyor", "onay bekliyor", "в ожидании", "ожидает", "ожидает оплаты",
        "ожидание", "очікує", "новый", "σε εκκρεμότητα", "εκκρεμεί", "αναμονή", "afventer", "venter", "väntar",
        "väntande", "odottaa", "kesken", "保留", "保留中", "支払い待ち", "入金待ち", "待付款", "待支付",
        "待处理", "审核中",
        "대기", "결제대기", "입금대기",
    ),
    "chargeback": (
        "obciążenie zwrotne", "spor", "visszaterhelés", "ters ibraz", "чарджбэк", "оспорен", "спор",
        "チャージバック",
        "拒付", "지불거절",
    ),
    "sale": (
        "sprzedaż", "zakup", "zamówienie", "płatność", "prodej", "nákup", "platba", "predaj", "eladás",
        "értékesítés",
        "vásárlás", "rendelés", "számla", "vânzare", "cumpărare", "satış", "alış", "sipariş", "продажа", "покупка",
        "заказ", "оплата", "продаж", "πώληση", "αγορά", "salg", "køb", "kjøp", "försäljning", "köp", "myynti",
        "osto",
        "販売", "売上", "購入", "销售", "购买", "消费", "판매", "구매",
    ),
    "return": (
        "zwrot", "zwroty", "korekta", "faktura korygująca", "reklamacja", "vratka", "vrácení", "dobropis",
        "reklamace",
        "visszáru", "visszatérítés", "visszavét", "jóváíró számla", "retur", "stornare", "iade", "возврат",
        "возвраты",
        "сторно", "повернення", "επιστροφή", "πιστωτικό", "returnering", "kreditnota", "kreditering", "refundering",
        "återbetalning", "palautus", "hyvitys", "返品", "返金", "退货", "退款", "반품",
    ),
    "other": (
        "opłata", "prowizja", "przelew", "wypłata", "wpłata", "poplatek", "převod", "výběr", "vklad", "díj",
        "jutalék",
        "átutalás", "kifizetés", "befizetés", "taxă", "comision", "ücret", "komisyon", "havale", "комиссия",
        "перевод",
        "вывод", "пополнение", "προμήθεια", "μεταφορά", "gebyr", "avgift", "overførsel", "överföring", "maksu",
        "手数料", "振込", "手续费", "转账", "提现", "수수료",
    ),
}  # fmt: skip
