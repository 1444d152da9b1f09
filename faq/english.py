"""English as customers type it: contractions, set phrases, empty words, words that stand for each other."""

from faq.lexicon import Lexicon, abbreviation_table, phrase_table, synonym_groups, word_set

_ABBREVIATIONS = abbreviation_table("""
dont=do+not doesnt=does+not didnt=did+not cant=can+not cannot=can+not couldnt=could+not wont=will+not
wouldnt=would+not shouldnt=should+not isnt=is+not arent=are+not wasnt=was+not werent=were+not havent=have+not
hasnt=has+not hadnt=had+not aint=is+not im=i+am ive=i+have ill=i+will youre=you+are
youve=you+have theyre=they+are its=it+is thats=that+is whats=what+is wheres=where+is hows=how+is
whos=who+is whens=when+is theres=there+is lets=let+us itll=it+will weve=we+have
u=you ur=your r=are y=why b=be n=and pls=please plz=please plse=please thx=thanks tx=thanks ty=thanks
thnx=thanks tnx=thanks thanx=thanks 2=to 4=for b4=before gr8=great l8=late l8r=later 2day=today
2moro=tomorrow tmrw=tomorrow tmr=tomorrow 2nite=tonight wat=what wut=what wen=when wher=where wich=which
hw=how wanna=want+to gonna=going+to gotta=have+to gimme=give+me lemme=let+me kinda=kind+of cuz=because
coz=because bc=because cos=because bcuz=because abt=about w=with wit=with wth=with w/o=without wo=without
ppl=people msg=message msgs=messages txt=text pic=picture pics=pictures idk=i+do+not+know tho=though
thru=through nite=night rn=now acct=account acc=account accnt=account acnt=account pwd=password
pw=password pswd=password passwd=password passcode=password addr=address adress=address add=add
appt=appointment apt=appointment apmt=appointment appointmnt=appointment num=number nr=number
ord=order ordr=order del=delivery delivry=delivery dlvry=delivery refnd=refund rfnd=refund inv=invoice
pkg=package pckg=package parcl=parcel recvd=received rcvd=received recieved=received
promo=promotion sub=subscription subs=subscription info=information tel=phone mob=mobile mins=minutes
hrs=hours hr=hour wk=week wks=weeks yr=year mth=month diff=different prob=problem probs=problems
avail=available def=definitely dunno=do+not+know ya=you yu=you da=the dat=that dis=this
wrk=work wrking=working shud=should cud=could wud=would
""")

_PHRASES = phrase_table("""
thank you in advance =
thanks in advance =
thank you very much =
thank you so much =
thank you =
sorry to bother you but =
sorry to bother you =
quick question =
i have a question =
just a question =
have a nice day =
have a good day =
good morning =
good afternoon =
good evening =
dear sir or madam =
dear sir =
kind regards =
best regards =
could you please =
can you please =
can you tell me =
could you tell me =
can you help me =
please tell me =
tell me =
i would like to know =
i want to know =
i need to know =
i was wondering =
do you know =
how are you =
hope you are well =
log in = login
log into = login
logged in = login
logging in = login
sign in = login
signed in = login
sign up = register
gift card = giftcard
gift cards = giftcard
gift voucher = giftcard
promo code = promocode
promotion code = promocode
promotional code = promocode
discount code = promocode
voucher code = promocode
coupon code = promocode
credit card = card
debit card = card
bank card = card
opening hours = openinghours
opening times = openinghours
business hours = openinghours
customer service = customerservice
customer support = customerservice
personal data = personaldata
my data = personaldata
pick up = pickup
send back = return
sent back = return
give back = return
bring back = return
money back = refund
get rid of = delete
not working = broken
does not work = broken
do not work = broken
stopped working = broken
not work = broken
broke down = broken
out of order = broken
out of stock = outofstock
sold out = outofstock
in stock = stock
too small = size small
too big = size big
too large = size big
not able to = can not
unable to = can not
how much = howmuch
how long = howlong
how many = howmany
phone number = phone
loyalty card = loyalty
loyalty points = loyalty points
loyalty program = loyalty
""")

_FUNCTION = word_set("""
a an the and or but if so as of at by for with without to from in into on onto off up down out over under
about is am are was were be been being do does did done have has had having will would shall should can
could may might must i me my mine myself you your yours he him his she her hers it its we us our ours they
them their theirs this that these those there here not no nor none never yes than then too very just also
any some all each every both either other another such only own same s t d ll ve re m because while until
though again once ever already still yet which who whom whose
""")

_COMMON = word_set("""
what when where why how howmuch howlong howmany know want wants wanted need needs needed like get gets got
getting make makes made go goes going went come came take takes took tell told say says said see saw show
give gives gave let put use uses used using try tried trying find found look looking looks help please
possible way thing things something anything someone people time times day days week weeks month months
year years hour hours minute minutes today tomorrow yesterday now ago long last next new old good great
much many lot really actually currently right sure keep kept happen happened happens seem seems think
wonder problem problems issue issues question questions ask asking asap item items product products
soon later early thank thanks one two first second again able mind idea reason
""")

_POLITE = word_set("""
hello hi hey hiya greetings thanks thank please regards sincerely cheers sorry dear sir madam goodbye bye
ok okay great perfect awesome cool lol haha hahaha kindly morning evening afternoon
""")

_CLOSINGS = word_set("regards sincerely cheers faithfully yours")

_NEGATORS = word_set("not never no without cannot none")

_LIGHT_VERBS = word_set("""
do does did is am are was were be been have has had can could will would want wants wanted need needs should
like able to get
""")

_SYNONYMS = synonym_groups("""
parcel package order shipment delivery box
deliver delivery ship shipping send dispatch arrive
track tracking trace locate follow where
return refund
exchange swap replace replacement
refund reimburse reimbursement repay
invoice receipt bill
pay payment purchase transaction charge
charge debit deduct bill fee
decline reject refuse fail deny
promocode promotion discount coupon voucher
cancel terminate stop end
subscription plan membership contract
delete close remove erase deactivate
account profile
login access enter
password pin code
forget lose
change update modify edit correct amend
reschedule postpone move delay
appointment booking reservation visit slot
book schedule arrange reserve
technician engineer repairman
repair fix mend
broken faulty defective damaged bug crash
damaged crushed broken smashed dented
lost missing stolen vanish
late delay slow overdue
receive get arrive
warranty guarantee cover
install installation set setup assemble fit
openinghours open close opening hours schedule
store shop branch
contact reach call phone speak talk
human person agent representative advisor someone
price cost fee howmuch rate charge
quote estimate
stock available outofstock availability
size fit measure dimension
address home
personaldata privacy gdpr data
loyalty points rewards
giftcard voucher
newsletter unsubscribe emails
complaint unhappy dissatisfied complain
abroad international foreign overseas
wrong incorrect mistake error
blocked locked frozen block freeze lock hold
verify verification identity confirm
transfer send wire
car vehicle
""")

ENGLISH = Lexicon(
    code="en",
    stemmer="english",
    elided=frozenset(),
    abbreviations=_ABBREVIATIONS,
    phrases=_PHRASES,
    function=_FUNCTION,
    common=_COMMON,
    polite=_POLITE,
    closings=_CLOSINGS,
    negators=_NEGATORS,
    light_verbs=_LIGHT_VERBS,
    synonyms=_SYNONYMS,
)
