"""Sentences of our own writing, and the changes that they tell; an empty line of claims is a near miss."""

# (rule, text, claims as "kind person | post")
CHANGES: list[tuple[str, str, list[str]]] = [
    (
        "appointed, passive",
        "Vantor Industries Inc said Clara Whitfield has been named president and chief executive officer.",
        ["in Clara Whitfield | president", "in Clara Whitfield | chief executive officer"],
    ),
    (
        "appointed, active",
        "Harlan Corp said it appointed Peter J. Osgood as chairman.",
        ["in Peter J. Osgood | chairman"],
    ),
    (
        "appointed, active, bare",
        "The board elected Ruth Ellen Marsh treasurer.",
        ["in Ruth Ellen Marsh | treasurer"],
    ),
    (
        "appointed by a head of state",
        "President Juan Lozano of Parvia appoints Maria Quint as the new prime minister.",
        ["in Maria Quint | prime minister"],
    ),
    (
        "appointed by, role first",
        "The king named opposition leader Tomas Brandt prime minister.",
        ["in Tomas Brandt | prime minister"],
    ),
    (
        "to the board",
        "Corwin Ltd said Anne Hollis was elected to its board of directors.",
        ["in Anne Hollis | board member"],
    ),
    (
        "to succeed",
        "Dale Norton was named to succeed Kurt Weber as finance director.",
        ["in Dale Norton | finance director", "out Kurt Weber | finance director"],
    ),
    (
        "succeeding",
        "Kestrel Bank named Ian Fairley as chief executive, succeeding Owen Blythe, who retired.",
        ["in Ian Fairley | chief executive", "out Owen Blythe | chief executive"],
    ),
    (
        "succeeds",
        "Marta Silva succeeds Jorge Pinto as mayor of Porto Novo.",
        ["in Marta Silva | mayor", "out Jorge Pinto | mayor"],
    ),
    (
        "replaced by",
        "Labor Minister Hans Eder has been dismissed. He will be replaced by Karin Vogel.",
        ["out Hans Eder | labor minister", "in Karin Vogel | labor minister"],
    ),
    (
        "takes over from",
        "Nadia Karim takes over from Paul Deane as head coach of the national team.",
        ["in Nadia Karim | head coach", "out Paul Deane | head coach"],
    ),
    ("takes over as", "Simon Achebe took over as chief of the army last month.", ["in Simon Achebe | chief"]),
    (
        "becomes",
        "Elena Petrov becomes the first woman to serve as governor of the central bank.",
        ["in Elena Petrov | governor"],
    ),
    (
        "sworn in",
        "Daniel Okoro was sworn in as president of Zambalia on Tuesday.",
        ["in Daniel Okoro | president"],
    ),
    (
        "takes office",
        "Ingrid Solberg takes office as prime minister of Norland.",
        ["in Ingrid Solberg | prime minister"],
    ),
    (
        "joins as",
        "Lena Ortiz will join the company as chief financial officer.",
        ["in Lena Ortiz | chief financial officer"],
    ),
    (
        "elected by the public",
        "Samuel Adeyemi was elected president of Norland.",
        ["elected Samuel Adeyemi | president"],
    ),
    (
        "wins an election",
        "Rosa Delgado wins the presidential election in Parvia.",
        ["elected Rosa Delgado | president"],
    ),
    (
        "nominated",
        "President Carl Dunn nominated Judith Wray to be secretary of agriculture.",
        ["nominated Judith Wray | secretary of agriculture"],
    ),
    (
        "nomination of",
        "The senator praised the nomination of Alan Frost as ambassador to Norland.",
        ["nominated Alan Frost | ambassador to Norland"],
    ),
    ("resigned as", "Thomas Beck resigned as mayor of Hallstadt.", ["out Thomas Beck | mayor"]),
    (
        "title resigns",
        "Norwegian justice minister Berit Dahl resigns over the affair.",
        ["out Berit Dahl | justice minister"],
    ),
    (
        "steps down",
        "Ravi Menon is stepping down as chief executive of Tarn Foods.",
        ["out Ravi Menon | chief executive"],
    ),
    (
        "will step down",
        "Coach Emil Hartmann said he would step down as head coach after the season.",
        ["out Emil Hartmann | head coach"],
    ),
    (
        "announces resignation",
        "Interior Minister Luc Perrin announced his resignation on Friday.",
        ["out Luc Perrin | interior minister"],
    ),
    (
        "resignation of",
        "The vote follows the resignation of Finance Minister Ada Kovacs.",
        ["out Ada Kovacs | finance minister"],
    ),
    (
        "possessive resignation",
        "The post fell vacant after Treasurer John Hale's resignation.",
        ["out John Hale | treasurer"],
    ),
    (
        "list resigns",
        "Amy Stone, Carl Vance and Hugh Doyle have resigned as directors.",
        ["out Amy Stone | director", "out Carl Vance | director", "out Hugh Doyle | director"],
    ),
    (
        "roll call",
        "Quillon Corp said two directors resigned. It said the directors are Amy Stone and Carl Vance.",
        ["out Amy Stone | director", "out Carl Vance | director"],
    ),
    (
        "dismissed",
        "Defense Minister Ivan Kral was removed from his post on Monday.",
        ["out Ivan Kral | defense minister"],
    ),
    ("fires", "The governor fired police chief Walter Grimes.", ["out Walter Grimes | police chief"]),
    (
        "relieved of duties",
        "General Omar Farid was relieved of his duties as army chief of staff.",
        ["out Omar Farid | army chief of staff"],
    ),
    (
        "accepts resignation",
        "The president accepted the resignation of Prime Minister Leo Santos.",
        ["out Leo Santos | prime minister"],
    ),
    (
        "ousted in a vote",
        "Prime Minister Anton Rusk was ousted in a vote of no confidence.",
        ["out Anton Rusk | prime minister"],
    ),
    (
        "gives up",
        "Its chairman, Ellis Boone, will give up the post of president in June.",
        ["out Ellis Boone | president"],
    ),
    ("dies in office", "Norland's president Henrik Aas dies aged 71.", ["out Henrik Aas | president"]),
    ("killed in office", "Governor Pablo Ruiz was killed in an explosion.", ["out Pablo Ruiz | governor"]),
    (
        "glued word",
        "She will be replaced by Colonel Viktor Oresenwho led the northern garrison. Deputy Interior Minister "
        "Lida Sova was removed from her post on Monday.",
        ["out Lida Sova | deputy interior minister"],
    ),
    (
        "retires",
        "Kestrel Bank said chairman Owen Blythe will retire on May 31.",
        ["out Owen Blythe | chairman"],
    ),
    ("acting", "Deputy mayor Lucy Tran was named acting mayor of Port Ellis.", ["in Lucy Tran | mayor"]),
    ("interim after", "Julio Paz will serve as interim president of Parvia.", ["in Julio Paz | president"]),
    (
        "relative clause",
        "Fiona Clarke, who was appointed managing director in March, declined to comment.",
        ["in Fiona Clarke | managing director"],
    ),
    (
        "aside between",
        "Glenn Murray, 58, a member of the board since 2001, has been elected chairman.",
        ["in Glenn Murray | chairman"],
    ),
    (
        "pronoun",
        "Helen Drury joined the bank in 1999. She was appointed chief economist last year.",
        ["in Helen Drury | chief economist"],
    ),
    (
        "wins a leadership election",
        "Sana Takeda wins the leadership election of the Liberal Party.",
        ["in Sana Takeda | leader"],
    ),
    ("voted out", "Speaker Juan Mota was voted out by lawmakers.", ["out Juan Mota | speaker"]),
    ("forced out", "Treasurer John Hale was forced out of his position.", ["out John Hale | treasurer"]),
    ("will be", "Lewis Hart will be the vice chairman of the board.", ["in Lewis Hart | vice chairman"]),
    (
        "steps into",
        "Carol Maloney has stepped into his role as the committee's chair.",
        ["in Carol Maloney | chair"],
    ),
    (
        "presidency",
        "Vice president Dina Bolo assumes the presidency of Parvia.",
        ["in Dina Bolo | president"],
    ),
    (
        "pairs",
        "Corwin Ltd named Amy Stone president and Carl Vance treasurer.",
        ["in Amy Stone | president", "in Carl Vance | treasurer"],
    ),
    (
        "respectively",
        "Amy Stone and Carl Vance were named president and treasurer, respectively.",
        ["in Amy Stone | president", "in Carl Vance | treasurer"],
    ),
    (
        "fronted",
        "Elected to the board were Amy Stone, Carl Vance and Hugh Doyle.",
        ["in Amy Stone | board member", "in Carl Vance | board member", "in Hugh Doyle | board member"],
    ),
    (
        "they are, they replace",
        "Corwin Ltd elected two directors. They are Amy Stone and Carl Vance. They replace Ann Wells.",
        ["in Amy Stone | director", "in Carl Vance | director", "out Ann Wells | director"],
    ),
    (
        "left it",
        "Corwin Ltd named Amy Stone president, a position vacant since Hugh Doyle left it in May.",
        ["in Amy Stone | president", "out Hugh Doyle | president"],
    ),
    (
        "misspelt",
        "Amy Stone has been named poresident of Corwin Ltd, replacing the company's former president.",
        ["in Amy Stone | president"],
    ),
    (
        "resigned and replaced",
        "Hugh Doyle resigned as treasurer and was replaced by Amy Stone.",
        ["out Hugh Doyle | treasurer", "in Amy Stone | treasurer"],
    ),
    (
        "removed and nominated",
        "Mike Walsh is removed from his post as security adviser and nominated as ambassador to Norland.",
        ["out Mike Walsh | security adviser", "nominated Mike Walsh | ambassador to Norland"],
    ),
    (
        "intends",
        "Fijian deputy prime minister Ratu Bale says that he intends to resign.",
        ["out Ratu Bale | deputy prime minister"],
    ),
    (
        "elected by a club",
        "The Norland Chess Council elected Tom Mills as its president.",
        ["in Tom Mills | president"],
    ),
    ("newly elected", "Newly elected mayor Leila Haddad thanked voters.", ["elected Leila Haddad | mayor"]),
    ("to the chamber", "Nora Quist was elected to the Senate in 2014.", ["elected Nora Quist | senator"]),
    # near misses
    ("second term", "Rodrigo Mora was sworn in for a second term as president of Parvia.", []),
    ("third term", "President Rodrigo Mora wins a third term in the presidential election.", []),
    ("annulled", "The court annulled the appointment of Carla Nunn as attorney general.", []),
    ("stood aside", "Senator Nora Quist stood aside in the race.", []),
    ("first of her kind", "She will be the first woman on the court. Nora Quist is a senator.", []),
    ("leaves a party", "Labour MP Nora Quist resigned from the Labour Party.", []),
    ("the retired", "The retired Carl Vance, a former treasurer, spoke.", []),
    ("plan of the nameless", "Ministers plan to replace Governor Paul Weber, sources said.", []),
    ("call", "Opposition lawmakers called on Interior Minister Luc Perrin to resign.", []),
    ("should", "Mayor Thomas Beck should resign, the newspaper wrote.", []),
    ("refusal", "Mayor Thomas Beck refused to resign.", []),
    ("denial", "Chairman Owen Blythe denied that he had resigned.", []),
    ("speculation", "Finance Minister Ada Kovacs may be replaced by Karin Vogel, analysts said.", []),
    ("expected", "Karin Vogel is expected to be named finance minister.", []),
    ("hypothetical", "If Prime Minister Leo Santos resigns, an election will be held.", []),
    ("demand", "Protesters demanded the resignation of President Rodrigo Mora.", []),
    ("threat", "Chief executive Ravi Menon threatened to resign.", []),
    ("talk of departure", "Chairman Owen Blythe dismissed talk of his departure.", []),
    ("dismissed a case", "Judge Carla Nunn dismissed a lawsuit against Paul Deane.", []),
    ("retired debt", "Harlan Corp said it will retire 20 mln dlrs of notes.", []),
    ("named a firm", "Harlan Corp named Osgood and Co as its adviser.", []),
    ("named after", "The bridge was named after Peter Osgood.", []),
    ("re-elected", "Samuel Adeyemi was re-elected president of Norland.", []),
    ("not", "Coach Emil Hartmann has not been sacked as head coach.", []),
    ("candidate", "Rosa Delgado was named the party's candidate for president.", []),
    ("no successor", "No successor to Chairman Owen Blythe was named.", []),
    ("removal failed", "The vote to remove President Rodrigo Mora from office failed.", []),
    ("replaced a thing", "The new law replaced an act that President Rodrigo Mora signed.", []),
    ("contender", "Karin Vogel is among the contenders to replace Ada Kovacs as finance minister.", []),
    ("no plans", "Mayor Thomas Beck said he had no plans to resign.", []),
    ("rumours", "Rumours that Treasurer John Hale had resigned were false.", []),
    ("quit smoking", "Chairman Owen Blythe quit smoking.", []),
    ("survived a vote", "Mayor Thomas Beck survived a vote to remove him.", []),
    ("running for", "Tomas Brandt is running to replace Rodrigo Mora as president.", []),
    ("rejected", "The board rejected the resignation of Treasurer John Hale.", []),
    ("hall of fame", "Peter Osgood was elected to the Hall of Fame.", []),
    ("left the company", "Lena Ortiz left the company in 2012.", []),
]

# (rule, text, holdings as "kind person | post | organization")
HOLDINGS: list[tuple[str, str, list[str]]] = [
    (
        "title",
        "Norwegian Prime Minister Ingrid Solberg met reporters.",
        ["holds Ingrid Solberg | prime minister | Norway"],
    ),
    (
        "title with its own organisation",
        "Kestrel Bank chief executive Ian Fairley was cautious.",
        ["holds Ian Fairley | chief executive | Kestrel Bank"],
    ),
    (
        "apposition",
        "Glenn Murray, chairman of Tarn Foods Inc, said sales rose.",
        ["holds Glenn Murray | chairman | Tarn Foods Inc"],
    ),
    (
        "two posts",
        "Anne Hollis, president and chief operating officer of Corwin Ltd, said so.",
        [
            "holds Anne Hollis | president | Corwin Ltd",
            "holds Anne Hollis | chief operating officer | Corwin Ltd",
        ],
    ),
    (
        "former",
        "Former German chancellor Jutta Brandt spoke first.",
        ["held Jutta Brandt | chancellor | Germany"],
    ),
    (
        "formerly",
        "Dale Norton, formerly treasurer of Corwin Ltd, was present.",
        ["held Dale Norton | treasurer | Corwin Ltd"],
    ),
    (
        "possessed",
        "The minister met his deputy prime minister, Pavel Hora.",
        ["holds Pavel Hora | deputy prime minister | None"],
    ),
    (
        "is",
        "Amy Stone is president of the Norland Chess Federation.",
        ["holds Amy Stone | president | Norland Chess Federation"],
    ),
    (
        "was",
        "Carl Vance was chief counsel of Tarn Foods Inc.",
        ["held Carl Vance | chief counsel | Tarn Foods Inc"],
    ),
    (
        "served as",
        "Hugh Doyle served as ambassador to Norland.",
        ["held Hugh Doyle | ambassador to Norland | None"],
    ),
    (
        "remains",
        "Owen Blythe remains chairman of Kestrel Bank.",
        ["holds Owen Blythe | chairman | Kestrel Bank"],
    ),
    ("inverted", "The chairman of Corwin Ltd is Lewis Hart.", ["holds Lewis Hart | chairman | Corwin Ltd"]),
    (
        "mayor of",
        "Mayor of Hallstadt Thomas Beck opened the hall.",
        ["holds Thomas Beck | mayor | Hallstadt"],
    ),
    (
        "tenure",
        "Ravi Menon was chairman of Tarn Foods Inc from 2007 until 2011.",
        ["held Ravi Menon | chairman | Tarn Foods Inc"],
    ),
    (
        "counterpart",
        "German foreign minister Anna Behr met her Polish counterpart, Radek Nowak.",
        ["holds Anna Behr | foreign minister | Germany", "holds Radek Nowak | foreign minister | Poland"],
    ),
    (
        "shared title",
        "Council members Edgar Blanc and Lena Voss voted.",
        ["holds Edgar Blanc | member | Council", "holds Lena Voss | member | Council"],
    ),
    (
        "re-elected stays",
        "Tom Mills was re-elected as president of the Norland Chess Council.",
        ["holds Tom Mills | president | Norland Chess Council"],
    ),
    (
        "would be succeeded",
        "Judith Wray was nominated as judge and would succeed Paul Teo.",
        ["holds Paul Teo | judge | None"],
    ),
    # near misses
    ("a rank is no post", "General Omar Farid inspected the troops.", []),
    ("a profession is no post", "Lawyer Tim Reeve and analyst Joan Small disagreed.", []),
    ("a candidate holds nothing", "Presidential candidate Rosa Delgado spoke in Parvia.", []),
    ("shareholder", "Lloyd Haines, the largest shareholder, was absent.", []),
]
